//! The scopes there are.

/// Identity: granted without a checkbox.
pub(super) const IDENTITY: [&str; 3] =
    ["openid", "https://www.googleapis.com/auth/userinfo.email", "https://www.googleapis.com/auth/userinfo.profile"];

/// Calendar scopes without their prefix, and what the consent page says of them.
const CALENDAR: [(&str, &str); 14] = [
    ("calendar.app.created", "Crear calendarios propios de la aplicación y gestionar sus eventos"),
    ("calendar.events.owned", "Ver, crear, cambiar y borrar eventos en los calendarios que son tuyos"),
    ("calendar.events.owned.readonly", "Ver los eventos de los calendarios que son tuyos"),
    ("calendar.events", "Ver y editar eventos en todos tus calendarios"),
    ("calendar.events.readonly", "Ver los eventos de todos tus calendarios"),
    ("calendar.events.freebusy", "Ver si estás libre u ocupado en los calendarios a los que tienes acceso"),
    ("calendar.freebusy", "Ver si estás libre u ocupado"),
    ("calendar.calendarlist", "Ver y cambiar tu lista de calendarios"),
    ("calendar.calendarlist.readonly", "Ver tu lista de calendarios"),
    ("calendar.calendars", "Ver y cambiar las propiedades de tus calendarios, y crear calendarios"),
    ("calendar.calendars.readonly", "Ver las propiedades de tus calendarios"),
    ("calendar.events.public.readonly", "Ver eventos de calendarios públicos"),
    ("calendar.readonly", "Ver y descargar todos tus calendarios"),
    ("calendar", "Ver, editar, compartir y borrar para siempre todos tus calendarios"),
];

/// Every scope, for a token that may do all.
pub(in crate::google) const ALL: [&str; 4] = ["openid", "email", "profile", "https://www.googleapis.com/auth/calendar"];

/// A scope by its long name; `None`: there is none such.
pub(super) fn long(scope: &str) -> Option<String> {
    let full = match scope {
        "email" => "https://www.googleapis.com/auth/userinfo.email",
        "profile" => "https://www.googleapis.com/auth/userinfo.profile",
        other => other,
    };
    (is_identity(full) || what(full).is_some()).then(|| full.to_owned())
}

pub(super) fn is_identity(scope: &str) -> bool {
    IDENTITY.contains(&scope)
}

/// What the consent page says of a calendar scope.
pub(super) fn what(scope: &str) -> Option<&'static str> {
    let short = scope.strip_prefix(crate::google::api::PREFIX)?;
    CALENDAR.iter().find(|(name, _)| *name == short).map(|(_, what)| *what)
}
