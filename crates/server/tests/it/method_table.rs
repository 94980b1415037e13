//! The method table and the list of methods in the contract agree, both ways.

use std::collections::BTreeSet;

use server::rest::Methods;

/// Every method that issue 2 wants: `contract/openlines.md` Part 1, `contract/platform.md` 6, 8 and 9.
const WANTED: &[&str] = &[
    "imconnector.register",
    "imconnector.activate",
    "imconnector.status",
    "imconnector.connector.data.set",
    "imconnector.list",
    "imconnector.unregister",
    "imconnector.send.messages",
    "imconnector.update.messages",
    "imconnector.delete.messages",
    "imconnector.send.status.delivery",
    "imconnector.send.status.reading",
    "imconnector.chat.name.set",
    "imopenlines.config.add",
    "imopenlines.config.update",
    "imopenlines.config.get",
    "imopenlines.config.list.get",
    "imopenlines.config.delete",
    "imopenlines.config.path.get",
    "imopenlines.revision.get",
    "imopenlines.network.join",
    "imopenlines.network.message.add",
    "imopenlines.operator.answer",
    "imopenlines.operator.finish",
    "imopenlines.operator.another.finish",
    "imopenlines.operator.skip",
    "imopenlines.operator.spam",
    "imopenlines.operator.transfer",
    "imopenlines.session.open",
    "imopenlines.session.start",
    "imopenlines.message.session.start",
    "imopenlines.session.history.get",
    "imopenlines.session.join",
    "imopenlines.session.intercept",
    "imopenlines.session.mode.pin",
    "imopenlines.session.mode.pinAll",
    "imopenlines.session.mode.unpinAll",
    "imopenlines.session.mode.silent",
    "imopenlines.session.head.vote",
    "imopenlines.dialog.get",
    "imopenlines.crm.lead.create",
    "imopenlines.crm.chat.get",
    "imopenlines.crm.chat.getLastId",
    "imopenlines.crm.chat.user.add",
    "imopenlines.crm.chat.user.delete",
    "imopenlines.crm.message.add",
    "imopenlines.message.quick.save",
    "imopenlines.bot.session.message.send",
    "imopenlines.bot.session.operator",
    "event.bind",
    "event.unbind",
    "event.get",
    "events",
    "event.test",
    "event.offline.get",
    "event.offline.list",
    "event.offline.clear",
    "event.offline.error",
    "app.info",
    "scope",
    "method.get",
    "methods",
    "server.time",
    "feature.get",
    "access.name",
    "profile",
    "user.admin",
    "user.access",
    "app.option.get",
    "app.option.set",
    "user.option.get",
    "user.option.set",
    "user.get",
    "user.current",
    "user.search",
    "user.fields",
    "user.add",
    "im.message.add",
    "im.message.update",
    "im.message.delete",
    "im.message.like",
    "im.dialog.messages.get",
    "im.dialog.read",
    "im.dialog.unread",
    "im.dialog.read.all",
    "im.dialog.writing",
    "im.dialog.get",
    "im.chat.get",
    "im.chat.user.list",
    "im.dialog.users.list",
    "im.recent.list",
    "im.recent.get",
    "im.counters.get",
    "im.revision.get",
    "im.user.get",
    "im.user.list.get",
    "im.disk.folder.get",
];

/// What is not built yet. A method leaves this list in the change that adds it to the table.
const NOT_BUILT: &[&str] = &[];

#[test]
fn the_table_and_the_contract_agree() {
    let methods = Methods::default();
    let built: BTreeSet<String> = methods.all().iter().map(|method| method.name.to_lowercase()).collect();
    assert_eq!(built.len(), methods.all().len(), "no name stands twice");
    let lower = |names: &[&str]| -> BTreeSet<String> { names.iter().map(|name| name.to_lowercase()).collect() };
    let (wanted, missing) = (lower(WANTED), lower(NOT_BUILT));
    let unknown: Vec<_> = built.difference(&wanted).collect();
    assert!(unknown.is_empty(), "in the table, but in no contract: {unknown:?}");
    let open: BTreeSet<String> = wanted.difference(&built).cloned().collect();
    assert_eq!(open, missing, "not built, and the list of what is not built");
}
