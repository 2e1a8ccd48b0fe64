//! Cores that processors are sold with, and names beside the signature that CPUID states.

use meetready::model::cpu_name::{decode, decode_with, line_up};
use meetready::model::inventory::CpuSignature;

fn signature(family: u32, model: u32, stepping: u32) -> CpuSignature {
    CpuSignature {
        family,
        model,
        stepping,
    }
}

#[test]
fn a_signature_fills_in_where_one_answer_is_left() {
    let cut = decode_with("Intel(R) Core(TM) i5 CPU", Some(&signature(6, 37, 5)));
    assert_eq!(cut.generation, Some(1));
    assert_eq!(cut.microarchitecture.as_deref(), Some("Westmere"));
    // Two generations are left, or the model is not known: nothing is said.
    for model in [158, 251] {
        let open = decode_with("Intel(R) Core(TM) i7", Some(&signature(6, model, 9)));
        assert_eq!(
            (open.generation, open.contradicted),
            (None, false),
            "{model}"
        );
    }
    let none = decode_with("Intel(R) Core(TM) i5 CPU", None);
    assert_eq!(none.generation, None);
}

#[test]
fn names_agree_with_the_signatures_of_their_processors() {
    for (brand, family, model, stepping) in [
        ("Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz", 6, 142, 10),
        ("Intel(R) Core(TM) i7-8809G CPU @ 3.10GHz", 6, 158, 9),
        ("Intel(R) Core(TM) m3-8100Y CPU @ 1.10GHz", 6, 142, 9),
        ("Intel(R) Core(TM) i7-5820K CPU @ 3.30GHz", 6, 63, 2),
        ("Intel(R) Core(TM) i9-10980XE CPU @ 3.00GHz", 6, 85, 7),
        ("13th Gen Intel(R) Core(TM) i5-13400", 6, 151, 5),
        ("Intel(R) Core(TM) i9-14900HX", 6, 183, 1),
        ("Intel(R) Core(TM) i5-L16G7 CPU @ 1.40GHz", 6, 138, 1),
        ("AMD Ryzen 5 5500U with Radeon Graphics", 23, 104, 1),
        ("AMD Ryzen 5 7520U with Radeon Graphics", 23, 160, 0),
        ("AMD Ryzen 7 7735HS with Radeon Graphics", 25, 68, 1),
        ("AMD Ryzen AI 9 HX 370 w/ Radeon 890M", 26, 36, 0),
        ("AMD FX(tm)-8350 Eight-Core Processor", 21, 2, 0),
    ] {
        let found = decode_with(brand, Some(&signature(family, model, stepping)));
        assert!(!found.contradicted, "{brand}");
        assert!(found.microarchitecture.is_some(), "{brand}");
        assert_eq!(found.tier, decode(brand).tier, "{brand}");
    }
}

#[test]
fn what_cannot_be_one_processor_tells_only_its_maker() {
    for (brand, vendor, family, model) in [
        ("Intel(R) Core(TM) i7-12700 CPU @ 2.10GHz", "intel", 6, 42),
        ("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", "intel", 6, 58),
        ("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", "intel", 6, 138),
        ("AMD Ryzen 7 7800X3D 8-Core Processor", "amd", 21, 2),
        ("AMD Ryzen 9 9950X 16-Core Processor", "amd", 23, 113),
    ] {
        let found = decode_with(brand, Some(&signature(family, model, 0)));
        assert!(found.contradicted, "{brand}");
        assert_eq!(found.vendor.as_deref(), Some(vendor), "{brand}");
        assert!(
            found.generation.is_none()
                && found.series.is_none()
                && found.tier.is_none()
                && found.segment.is_none()
                && found.base_clock.is_none()
                && line_up(&found).is_none(),
            "{found:?}"
        );
    }
    // What a hypervisor made up is not compared.
    let made_up = "Intel Core Processor (Skylake, IBRS)";
    assert_eq!(
        decode_with(made_up, Some(&signature(6, 58, 0))),
        decode(made_up)
    );
}

/// All, performance, efficiency.
type Cores = Option<(u32, Option<u32>, Option<u32>)>;

#[test]
fn cores_by_the_makers_line() {
    let hybrid = |p: u32, e: u32| Some((p + e, Some(p), Some(e)));
    let alike = |n: u32| Some((n, None, None));
    let cases: &[(&str, Cores)] = &[
        ("Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", alike(6)),
        ("Intel(R) Core(TM) i7-9700T CPU @ 2.00GHz", alike(8)),
        ("Intel(R) Core(TM) i9-10900K CPU @ 3.70GHz", alike(10)),
        ("Intel(R) Core(TM) i7-10710U CPU @ 1.10GHz", alike(6)),
        ("Intel(R) Core(TM) i7-7700HQ CPU @ 2.80GHz", alike(4)),
        ("Intel(R) Core(TM) i7-7500U CPU @ 2.70GHz", alike(2)),
        ("12th Gen Intel(R) Core(TM) i5-12500T", hybrid(6, 0)),
        ("12th Gen Intel(R) Core(TM) i5-12600K", hybrid(6, 4)),
        ("12th Gen Intel(R) Core(TM) i9-12900", hybrid(8, 8)),
        ("12th Gen Intel(R) Core(TM) i5-1240P", hybrid(4, 8)),
        ("12th Gen Intel(R) Core(TM) i5-1235U", hybrid(2, 8)),
        ("13th Gen Intel(R) Core(TM) i7-1370P", hybrid(6, 8)),
        ("13th Gen Intel(R) Core(TM) i3-1305U", hybrid(1, 4)),
        ("13th Gen Intel(R) Core(TM) i5-13400", hybrid(6, 4)),
        ("Intel(R) Core(TM) i7-14700", hybrid(8, 12)),
        ("Intel(R) Core(TM) i9-14900HX", hybrid(8, 16)),
        ("Intel(R) Core(TM) Ultra 7 155H", hybrid(6, 10)),
        ("Intel(R) Core(TM) Ultra 5 225", hybrid(6, 4)),
        ("Intel(R) Core(TM) Ultra 9 285K", hybrid(8, 16)),
        ("Intel(R) Core(TM) Ultra 7 258V", hybrid(4, 4)),
        ("Intel(R) N100", hybrid(0, 4)),
        ("Intel(R) Core(TM) i3-N305", hybrid(0, 8)),
        ("AMD Ryzen 5 5600G with Radeon Graphics", alike(6)),
        ("AMD Ryzen 3 3200U with Radeon Vega Mobile Gfx", alike(2)),
        ("AMD Ryzen 5 7520U with Radeon Graphics", alike(4)),
        ("Apple M2", hybrid(4, 4)),
        // Lines with exceptions, or with none of the name's number: not told.
        ("Intel(R) Core(TM) i5-3470T CPU @ 2.90GHz", None),
        ("Intel(R) Core(TM) i7-5820K CPU @ 3.30GHz", None),
        ("Intel(R) Core(TM) i5-14401E", None),
        ("Intel(R) Core(TM) i7-14790F", None),
        ("Intel(R) Core(TM) Ultra 7 270K Plus", None),
        ("AMD Ryzen 5 5500H with Radeon Graphics", None),
        ("Apple M4 Pro", None),
        ("Apple M1 Pro", None),
        ("Intel Core Processor (Skylake, IBRS)", None),
        ("Intel(R) Core(TM) i7 CPU", None),
        ("", None),
    ];
    for (brand, expected) in cases {
        let found = line_up(&decode(brand)).map(|c| (c.cores, c.performance, c.efficiency));
        assert_eq!(found, *expected, "{brand}");
    }
}

#[test]
fn a_turbo_figure_is_never_a_base_clock() {
    for brand in [
        "Intel Core i5-8500 6x 4.1GHz",
        "Intel i7-8700K @ 4.700GHz",
        "12th Gen Intel i7-12700H (20) @ 4.600GHz",
        "Core i7-9700 4.7GHz",
        "11th Gen Intel(R) Core(TM) i7-1185GRE @ 2.80GHz",
        "VirtualApple @ 2.50GHz processor",
    ] {
        assert_eq!(decode(brand).base_clock, None, "{brand}");
    }
    for (brand, mhz) in [
        ("Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz3.19 GHz", 3_200),
        ("Intel(R) Pentium(R) 4 CPU 3.20GHz", 3_200),
        ("12th Gen Intel(R) Core(TM) i7-12700H @ 2.3GHz", 2_300),
    ] {
        assert_eq!(decode(brand).base_clock.map(|c| c.0), Some(mhz), "{brand}");
    }
}

#[test]
fn names_as_people_type_them() {
    for (typed, whole) in [
        ("intel core i5-8500t", "Intel(R) Core(TM) i5-8500T"),
        ("i7-10700t", "Intel(R) Core(TM) i7-10700T"),
        ("core ultra 7 155h", "Intel(R) Core(TM) Ultra 7 155H"),
        ("Intel Core i7 14700K", "Intel(R) Core(TM) i7-14700K"),
        (
            "Intel(R)_Core(TM)_i5-8500_CPU_@_3.00GHz",
            "Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz",
        ),
    ] {
        let (typed_name, whole_name) = (decode(typed), decode(whole));
        assert_eq!(typed_name.tier, whole_name.tier, "{typed}");
        assert_eq!(typed_name.generation, whole_name.generation, "{typed}");
        assert!(typed_name.generation.is_some(), "{typed}");
        assert_eq!(typed_name.suffix, whole_name.suffix, "{typed}");
    }
}
