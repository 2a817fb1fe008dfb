//! `zaiton run`: one command by its name and its JSON, and who gives it. Decides nothing.

use std::sync::Arc;

use zaiton_engine::command::AnyCommand;
use zaiton_engine::{Actor, Engine, Outcome, Request};
use zaiton_kernel::{Refusal, Rule, Text};

use crate::cli::{Failure, actor, explain, told};
use crate::{near, out};

fn unreadable(code: &'static str, zh: &'static str, en: String, cure: Text) -> Failure {
    Failure::Refused(explain(&Refusal::new(code, Rule::new("R5-40"), Text::new(zh, en), cure)))
}

fn listed() -> Text {
    Text::new("请用 `zaiton commands` 查看命令。", "`zaiton commands` lists the commands.")
}

/// Whoever gives a command: the name that was said, or the command line itself.
pub(crate) fn who(by: Option<&str>) -> Result<Actor, Failure> {
    let Some(name) = by else { return Ok(actor()) };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '_' | '.');
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) || *name == *Actor::system().name() {
        return Err(unreadable(
            "cli.by",
            "--by 须为 1 至 64 个字母、数字、冒号、点、下划线或连字符，且不得为 system。",
            "--by is 1 to 64 letters, digits, colons, dots, underscores or hyphens, and not `system`.".into(),
            listed(),
        ));
    }
    Ok(Actor::new(name))
}

/// Gives one command and prints its reply.
pub(crate) fn run(
    engine: &Engine,
    name: &str,
    body: &str,
    key: Option<&str>,
    by: Option<&str>,
) -> Result<(), Failure> {
    let body = if body == "-" {
        std::io::read_to_string(std::io::stdin().lock()).map_err(|error| Failure::World(error.to_string()))?
    } else {
        body.to_owned()
    };
    if body.contains("\\u0000") {
        let en = "Texts may not hold U+0000.".into();
        return Err(unreadable("cli.nul", "文本不得含 U+0000。", en, listed()));
    }
    let registry = engine.registry();
    let command = registry
        .decode(name, &body)
        .ok_or_else(|| {
            let near = near::near(name, registry.names());
            let cure = near::cure(
                "请用 `zaiton commands` 查看命令。",
                "`zaiton commands` lists the commands.",
                &near,
            );
            unreadable("cli.command", "没有此命令。", format!("There is no command {name}."), cure)
        })?
        .map_err(|error| {
            unreadable("cli.body", "命令内容无法读取。", format!("{name}: {error}."), listed())
        })?;
    let actor = who(by)?;
    let said = by.map_or_else(String::new, |by| format!("{by}/"));
    let key = key.map_or_else(|| format!("cli/{said}{name}/{body}"), str::to_owned);
    give(engine, command, &key, actor).map(|reply| out::line(&reply))
}

/// Gives a command; its reply.
pub(crate) fn give(
    engine: &Engine,
    command: Arc<dyn AnyCommand>,
    key: &str,
    actor: Actor,
) -> Result<String, Failure> {
    let outcome = engine.call(Request::new(command, key, actor));
    if matches!(outcome, Outcome::Accepted { repeated: true, .. }) {
        out::error("given before under this key; this is its first answer (another --key gives it anew)");
    }
    told(&outcome)
}
