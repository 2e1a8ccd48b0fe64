//! JUnit XML against the rules of the schema that CI servers share (Ant's `junitreport`): which elements stand where,
//! which attributes they must have, and that the counts are those of the cases.

use std::collections::BTreeMap;

use meetready::model::report::Report;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// One element, read from XML.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Element>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        Self {
            name: start.name().as_ref().to_owned(),
            attributes: start
                .attributes()
                .map(|a| {
                    let a = a.expect("an attribute");
                    (a.key.as_ref().to_owned(), a.value.into_owned())
                })
                .collect(),
            children: Vec::new(),
        }
    }
    fn has(&self, names: &[&str]) {
        for name in names {
            assert!(self.attributes.contains_key(*name), "{}: {name}", self.name);
        }
    }
    fn count(&self, name: &str) -> usize {
        self.attributes[name].parse().expect("a number")
    }
    fn has_child(&self, name: &str) -> bool {
        self.children.iter().any(|c| c.name == name)
    }
}

fn read(xml: &str) -> Element {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push(Element::of(&start)),
            Event::Empty(start) => {
                let element = Element::of(&start);
                open.last_mut().expect("a parent").children.push(element);
            }
            Event::End(_) => {
                let done = open.pop().expect("an element");
                open.last_mut().expect("a parent").children.push(done);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open.len(), 1);
    let mut top = open.pop().expect("the document");
    assert_eq!(top.children.len(), 1);
    top.children.pop().expect("one root")
}

/// Fails where the text is not what a CI server reads.
pub fn check(xml: &str, report: &Report) {
    let suites = read(xml);
    assert_eq!(suites.name, "testsuites");
    assert_eq!(suites.children.len(), report.products.len());
    for suite in &suites.children {
        assert_eq!(suite.name, "testsuite");
        suite.has(&[
            "id",
            "package",
            "name",
            "timestamp",
            "hostname",
            "tests",
            "failures",
            "errors",
            "time",
        ]);
        let time = &suite.attributes["timestamp"];
        assert!(time.len() == 19 && time.contains('T'), "{time}");
        let order: Vec<&str> = suite.children.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(order.first(), Some(&"properties"));
        assert_eq!(&order[order.len() - 2..], ["system-out", "system-err"]);
        assert!(order[1..order.len() - 2].iter().all(|n| *n == "testcase"));
        let cases: Vec<&Element> = suite
            .children
            .iter()
            .filter(|c| c.name == "testcase")
            .collect();
        assert_eq!(suite.count("tests"), cases.len());
        for (attribute, child) in [
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ] {
            let found = cases.iter().filter(|c| c.has_child(child)).count();
            assert_eq!(suite.count(attribute), found, "{child}");
        }
        for case in cases {
            case.has(&["name", "classname", "time"]);
            assert!(case.children.len() <= 1);
            for outcome in &case.children {
                assert!(["failure", "error", "skipped"].contains(&outcome.name.as_str()));
                if outcome.name != "skipped" {
                    outcome.has(&["type", "message"]);
                }
            }
        }
    }
    let failures: usize = suites.children.iter().map(|s| s.count("failures")).sum();
    assert_eq!(suites.count("failures"), failures);
}
