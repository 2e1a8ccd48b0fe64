//! The place to sign: who installed what where, and room for two signatures.

use maud::{Markup, html};

use super::super::clean::clean_to;
use super::super::words;
use super::{Page, part};

pub(super) fn section(page: &Page<'_>) -> Markup {
    let Some(sign_off) = &page.report.sign_off else {
        return Markup::default();
    };
    let name = |n: &Option<String>| {
        n.as_deref()
            .map_or_else(|| "-".to_owned(), |n| clean_to(n, words::NAME))
    };
    html! {
        section.sign-off aria-labelledby="sign-title" {
            h2 #sign-title { (page.get("sign-title")) }
            dl.meta {
                (part::term(&page.get("sign-site"), &name(&sign_off.site)))
                (part::term(&page.get("sign-room"), &name(&sign_off.room)))
                (part::term(&page.get("sign-installer"), &name(&sign_off.installer)))
            }
            p { (part::badge(page.report.verdict, page.texts)) " " (page.get("sign-statement")) }
            div.signatures {
                @for key in ["sign-by-installer", "sign-by-customer"] {
                    p.signature { span { (page.get(key)) } span { (page.get("sign-date")) } }
                }
            }
        }
    }
}
