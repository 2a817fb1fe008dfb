//! A scenario's file: prose, and fenced blocks of steps with what came of them below each. Reads and writes the text; never
//! runs a step.

use std::fmt::Write as _;

/// The word after the three backticks that makes a block one of steps.
const FENCE: &str = "```scenario";
const END: &str = "```";

/// A step as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The line of the file, from 1.
    pub(crate) line: usize,
    /// The lines as written, without the mark.
    pub(crate) written: Vec<String>,
    /// What stands below it.
    pub(crate) expected: Vec<String>,
    /// An empty line stands before it.
    gap: bool,
}

impl Step {
    /// A step that no file has: what another step consists of.
    pub(crate) fn of(written: &[&str]) -> Self {
        let written = written.iter().map(|line| (*line).to_owned()).collect();
        Self { line: 0, written, expected: Vec::new(), gap: false }
    }

    /// The first line's words.
    pub(crate) fn head(&self) -> &str {
        self.written.first().map_or("", |line| line.trim())
    }

    /// The lines below the first.
    pub(crate) fn rest(&self) -> impl Iterator<Item = &str> {
        self.written.iter().skip(1).map(|line| line.trim())
    }

    /// All lines as one.
    pub(crate) fn whole(&self) -> String {
        self.written.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    }
}

enum Part {
    Prose(String),
    Steps(Vec<Step>),
}

/// A scenario's file.
pub(crate) struct Page(Vec<Part>);

impl Page {
    /// Reads a file.
    ///
    /// # Errors
    /// A block that is not closed or begins with something else than a step; a file without steps.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut block: Option<Vec<Step>> = None;
        let mut gap = false;
        for (line, number) in text.lines().zip(1..) {
            let Some(steps) = &mut block else {
                if line.trim_end() == FENCE {
                    (block, gap) = (Some(Vec::new()), false);
                } else {
                    parts.push(Part::Prose(line.to_owned()));
                }
                continue;
            };
            if line.trim_end() == END {
                parts.extend(block.take().map(Part::Steps));
            } else if line.trim().is_empty() {
                gap = true;
            } else if let Some(step) = line.strip_prefix("> ") {
                match steps.last_mut().filter(|last| step.starts_with(' ') && last.expected.is_empty()) {
                    Some(last) => last.written.push(step.to_owned()),
                    None => {
                        let written = vec![step.to_owned()];
                        steps.push(Step { line: number, written, expected: Vec::new(), gap });
                    }
                }
                gap = false;
            } else {
                let last = steps.last_mut().ok_or(format!("line {number}: a block begins with a step"))?;
                last.expected.push(line.trim_end().to_owned());
                gap = false;
            }
        }
        if block.is_some() {
            return Err("the last block is not closed".into());
        }
        let page = Self(parts);
        if page.steps().next().is_none() {
            return Err(format!("no step: a block of steps begins with {FENCE}, a step with \"> \""));
        }
        Ok(page)
    }

    /// Its steps in their order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step> {
        self.0.iter().flat_map(|part| match part {
            Part::Prose(_) => [].as_slice(),
            Part::Steps(steps) => steps.as_slice(),
        })
    }

    /// The file's text, with other lines below its steps.
    pub(crate) fn with(&self, found: &[Vec<String>]) -> String {
        let mut found = found.iter();
        let mut text = String::new();
        let mut put = |line: &str| writeln!(text, "{line}").expect("a text takes what is written to it");
        for part in &self.0 {
            let steps = match part {
                Part::Prose(line) => {
                    put(line);
                    continue;
                }
                Part::Steps(steps) => steps,
            };
            put(FENCE);
            for step in steps {
                if step.gap {
                    put("");
                }
                step.written.iter().for_each(|line| put(&format!("> {line}")));
                found.next().unwrap_or(&step.expected).iter().for_each(|line| put(line));
            }
            put(END);
        }
        text
    }
}

/// What differs, line by line: `-` as it stands in the file, `+` as it came out.
pub(crate) fn difference(expected: &[String], found: &[String]) -> String {
    let mut text = String::new();
    let same = expected.iter().zip(found).take_while(|(a, b)| a == b).count();
    let (old, new) = (expected.get(same..).unwrap_or_default(), found.get(same..).unwrap_or_default());
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let mut put = |mark: char, lines: &[String]| {
        for line in lines {
            writeln!(text, "      {mark} {line}").expect("a text takes what is written to it");
        }
    };
    put(' ', expected.get(..same).unwrap_or_default());
    put('-', old.get(..old.len() - tail).unwrap_or_default());
    put('+', new.get(..new.len() - tail).unwrap_or_default());
    put(' ', old.get(old.len() - tail..).unwrap_or_default());
    text
}
