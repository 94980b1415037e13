//! Scope codes that an application or a webhook may be granted (`contract/platform.md`, annex C).

/// Those of the protocol, and `administration`, which the methods need that administer this portal. Clients ask for codes they do not
/// use, so all of them are kept; any other word makes client libraries fail that know them by name.
const KNOWN: &[&str] = &[
    "administration",
    "ai_admin",
    "biconnector",
    "bizproc",
    "booking",
    "calendar",
    "call",
    "cashbox",
    "catalog",
    "contact_center",
    "crm",
    "delivery",
    "department",
    "disk",
    "documentgenerator",
    "entity",
    "humanresources",
    "humanresources.hcmlink",
    "im",
    "imbot",
    "imconnector",
    "imopenlines",
    "intranet",
    "landing",
    "lists",
    "log",
    "mailservice",
    "main",
    "messageservice",
    "mobile",
    "pay_system",
    "placement",
    "pull",
    "rpa",
    "sale",
    "salescenter",
    "sign.b2e",
    "socialnetwork",
    "sonet_group",
    "task",
    "telephony",
    "timeman",
    "user",
    "user.userfield",
    "user_basic",
    "user_brief",
    "userconsent",
    "userfieldconfig",
    "vote",
];

/// Codes of former times: accepted, without effect, and never listed (P-115).
const FORMER: &[&str] = &[
    "appform",
    "baas",
    "calendarmobile",
    "catalogmobile",
    "configuration.import",
    "faceid",
    "forum",
    "iblock",
    "im.import",
    "landing_cloud",
    "notifications",
    "pull_channel",
    "rating",
    "smile",
    "tasks",
    "tasks_extended",
    "tasksmobile",
];

/// Whether a code can be asked for.
#[must_use]
pub fn is_known(code: &str) -> bool {
    KNOWN.contains(&code) || FORMER.contains(&code)
}

/// What is granted of the codes that were asked for: each once, without those of former times.
#[must_use]
pub fn granted(wanted: &[String]) -> Vec<String> {
    let mut granted: Vec<String> = Vec::new();
    for code in wanted.iter().filter(|code| !FORMER.contains(&code.as_str())) {
        if !granted.contains(code) {
            granted.push(code.clone());
        }
    }
    granted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_method_or_event_needs_can_be_granted() {
        let needed = crate::rest::Methods::default().scopes();
        let unknown: Vec<_> = needed.iter().filter(|code| !KNOWN.contains(code)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn former_codes_have_no_effect() {
        let wanted = ["im", "tasks", "crm", "im"].map(str::to_owned);
        assert!(wanted.iter().all(|code| is_known(code)));
        assert_eq!(granted(&wanted), ["im", "crm"]);
        assert!(!is_known("chats") && !is_known("") && !is_known("IM"));
    }
}
