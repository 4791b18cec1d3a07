//! The consent page: plain forms, for a phone first, without scripts.

use std::fmt::Write;

use super::ask::{Ask, PARAMETERS, value};
use super::scope;
use crate::google::model::World;
use crate::page::{escape, page as frame};

const PATH: &str = "/o/oauth2/v2/auth";

pub(super) fn page(world: &World, ask: &Ask, parameters: &[(String, String)]) -> String {
    let name = escape(&ask.client_name);
    let hidden: String = PARAMETERS.iter().filter_map(|key| Some(hidden(key, value(parameters, key)?))).collect();
    let mut body = format!(
        "<p>Google (simulado)</p><h1>{name} quiere acceder a tu cuenta de Google</h1>\
         <form id=allow class=card method=post action=\"{PATH}\">{hidden}{}{}",
        hidden_decision("allow"),
        users(world, ask)
    );
    let asked: Vec<&String> = ask.scopes.iter().filter(|scope| !scope::is_identity(scope)).collect();
    if !asked.is_empty() {
        let _ = write!(body, "<p>Elige a qué puede acceder {name}:</p>");
    }
    for scope in asked {
        let what = scope::what(scope).unwrap_or(scope);
        let _ = write!(
            body,
            "<label class=row><input type=checkbox style=\"flex:none\" name=grant value=\"{}\" checked><span>{}</span></label>",
            escape(scope),
            escape(what)
        );
    }
    let _ = write!(
        body,
        "<button type=submit>Continuar</button></form>\
         <form id=cancel method=post action=\"{PATH}\">{hidden}{}<button type=submit class=quiet>Cancelar</button></form>",
        hidden_decision("cancel")
    );
    frame("Acceder con Google", None, &body)
}

fn hidden(name: &str, value: &str) -> String {
    format!("<input type=hidden name=\"{}\" value=\"{}\">", escape(name), escape(value))
}

fn hidden_decision(decision: &str) -> String {
    hidden("decision", decision)
}

/// The only user, or a choice with the hinted one first in view.
fn users(world: &World, ask: &Ask) -> String {
    if let [only] = world.users.as_slice() {
        return format!("{}<p>Cuenta: <b>{}</b></p>", hidden("user", only), escape(only));
    }
    let option = |user: &String| {
        let chosen = if ask.login_hint.as_ref() == Some(user) { " selected" } else { "" };
        format!("<option{chosen}>{}</option>", escape(user))
    };
    let options: String = world.users.iter().map(option).collect();
    format!("<label for=user>Cuenta</label><select id=user name=user>{options}</select>")
}
