//! A comparison for a terminal.

use crate::l10n::Texts;
use crate::model::comparison::Comparison;

use super::super::RenderOptions;
use super::super::layout::Page;
use super::{COLUMNS, Row, parts, products, side, trend_sentence, verdict};

pub(super) fn render(comparison: &Comparison, texts: &Texts, options: &RenderOptions) -> String {
    let mut page = Page::new(texts, options.width, options.colour);
    page.line(&trend_sentence(comparison, texts));
    for (key, of) in [
        ("compare-before", &comparison.before),
        ("compare-after", &comparison.after),
    ] {
        let words = texts.format(
            key,
            &[
                ("side", side(of, texts).into()),
                ("verdict", verdict(Some(of.verdict), texts).into()),
            ],
        );
        page.indented("", "  ", &words);
    }
    for remark in &comparison.remarks {
        page.indented("! ", "  ", &texts.code(*remark));
    }
    page.heading(&texts.get("compare-products"));
    table(&mut page, &products(comparison, texts));
    for (key, rows, same) in parts(comparison, texts) {
        page.heading(&texts.get(key));
        if rows.is_empty() {
            page.line(&texts.get("compare-none"));
        } else {
            table(&mut page, &rows);
        }
        if same > 0 {
            page.line(&texts.format("compare-unchanged", &[("count", same.into())]));
        }
    }
    page.finish()
}

fn table(page: &mut Page<'_>, rows: &[Row]) {
    let texts = page.texts;
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            vec![
                texts.code(r.trend),
                r.of.clone(),
                r.before.clone(),
                r.after.clone(),
            ]
        })
        .collect();
    page.table(&COLUMNS.map(|k| texts.get(k)), &rows);
}
