use super::*;

#[test]
fn locale_names_of_every_system_are_understood() {
    for ja in [
        "ja",
        "ja-JP",
        "ja_JP.UTF-8",
        "ja_JP.eucJP",
        "Japanese_Japan.932",
        "JA",
    ] {
        assert_eq!(Lang::from_locale(ja), Lang::Ja, "{ja}");
    }
    for en in [
        "en",
        "en_US.UTF-8",
        "C",
        "C.UTF-8",
        "POSIX",
        "",
        "de-DE",
        "jam",
    ] {
        assert_eq!(Lang::from_locale(en), Lang::En, "{en}");
    }
    assert!("de".parse::<Lang>().is_err());
}
