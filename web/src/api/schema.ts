/** Made by `npm run types:generate` from openapi.json; a test fails when it is stale. */

export interface paths {
    "/rest/trunkline.account.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.session.end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.session.end"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.session.end_others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.session.end_others"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.session.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.session.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.totp.confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.totp.confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.totp.disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.totp.disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.totp.recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.totp.recovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.totp.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.totp.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.account.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. For browsers only. */
        post: operations["trunkline.account.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.application.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.application.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.application.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.application.delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.application.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.application.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.application.scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.application.scopes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.application.secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.application.secret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.application.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.application.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.audit.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.audit.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.board.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.board.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.count"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.draft"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.labels"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.look"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.priority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.priority"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.snooze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.typing"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.chat.unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.chat.unread"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.connector.connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.connector.connect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.connector.disconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.connector.disconnect"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.connector.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.connector.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.customer.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.customer.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.customer.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.customer.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.delivery.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.delivery.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.delivery.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.delivery.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.delivery.replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.delivery.replay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.department.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.department.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.department.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.department.delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.department.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.department.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.department.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.department.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.activate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.deactivate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.totp_reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.totp_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.employee.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.employee.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.label.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.label.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.label.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.label.delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.label.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.label.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.label.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.label.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.line.fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.line.fields"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.message.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.message.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.message.retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.message.retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.message.scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.message.scheduled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.message.send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.message.send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.message.unschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.message.unschedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.preferences.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.preferences.set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.presence.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: im. */
        post: operations["trunkline.presence.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.presence.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: im. */
        post: operations["trunkline.presence.set"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.quickanswer.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.quickanswer.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.quickanswer.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.quickanswer.delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.quickanswer.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.quickanswer.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.quickanswer.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.quickanswer.update"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.report.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.report.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.report.sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.report.sessions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.search"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.session.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.session.get"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.session.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.session.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.session.transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.session.transcript"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.start"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.view.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.view.delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.view.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.view.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.view.save": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: imopenlines. */
        post: operations["trunkline.view.save"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.webhook.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.webhook.add"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.webhook.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.webhook.delete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rest/trunkline.webhook.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Scope: administration. For administrators. */
        post: operations["trunkline.webhook.list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description Who is signed in. */
        get: operations["api.session.get"];
        put?: never;
        /** @description Signs in; the answer sets the cookie. */
        post: operations["api.session.post"];
        /** @description Signs out. */
        delete: operations["api.session.delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Whose link it is, when no password is given; else sets the password, signs in and sets the cookie. */
        post: operations["api.invitation.post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** @description Takes in a file for a chat, as it is or as a part of a form; `trunkline.message.send` sends it. */
        post: operations["api.files.post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The live feed: server-sent events, each of them one of these. */
        get: operations["api.feed.get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What is told of one's own account. */
        OwnAccount: {
            account: components["schemas"]["Account"];
        };
        /** @description One's own account. */
        Account: {
            /** Format: int64 */
            id: number;
            name: string;
            last_name: string;
            email: string;
            /** @description Language of the pages, such as `en`. */
            language: string;
            /** @description Time zone of the pages, such as `Europe/Berlin`. */
            time_zone: string;
            /** @description Whether signing in needs a code. */
            totp: boolean;
            /**
             * Format: int64
             * @description Recovery codes that were not used yet.
             */
            recovery_codes_left: number;
        };
        /** @description The browsers. */
        Devices: {
            sessions: components["schemas"]["Device"][];
        };
        /** @description A browser in which the employee is signed in. */
        Device: {
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            created_ms: number;
            /**
             * Format: int64
             * @description Five minutes late at most.
             */
            seen_ms: number;
            /**
             * Format: int64
             * @description When it ends unless it is used before.
             */
            ends_ms: number;
            /** @description Network address from which somebody signed in. */
            address?: string | null;
            /** @description How the browser describes itself. */
            agent?: string | null;
            /** @description Whether it is the one that asks. */
            current: boolean;
        };
        /** @description Codes to sign in with without the authenticator, each once. */
        RecoveryCodes: {
            /** @description Shown now and never again. */
            recovery_codes: string[];
        };
        /** @description What an authenticator needs. */
        TotpSetup: {
            /** @description For typing. */
            secret: string;
            /** @description For a QR code: `otpauth://totp/…`. */
            uri: string;
        };
        /** @description What was added. */
        AddedApplication: {
            application: components["schemas"]["Application"];
            /** @description Shown now and never again. */
            client_secret: string;
        };
        /** @description An application, as administrators see it. */
        Application: {
            /** Format: int64 */
            id: number;
            title: string;
            /** @description What it presents itself as; the secret is shown only when it is made. */
            client_id: string;
            /** @description Proof of the sender in every event. */
            application_token: string;
            scopes: string[];
            /** @description Address of its page. */
            url?: string | null;
            /** @description Address that is told about the installation. */
            install_url?: string | null;
            /** @description Where authorisation codes are sent. */
            redirect_url?: string | null;
            retry: components["schemas"]["Retry"];
            /** @description Whether it is switched on. */
            active: boolean;
            /** Format: int64 */
            created_ms: number;
            /** @description Codes of its connectors. */
            connectors: string[];
            /**
             * Format: uint
             * @description How many handlers of events it has bound.
             */
            handlers: number;
            /**
             * Format: int64
             * @description Deliveries that wait.
             */
            queued: number;
            /**
             * Format: int64
             * @description Deliveries that were given up in the last 24 hours.
             */
            failed: number;
        };
        /** @description Whether failed deliveries are tried again. */
        Retry: "days" | "never";
        /** @description All applications. */
        Applications: {
            applications: components["schemas"]["Application"][];
        };
        /** @description What an application can be granted. */
        Scopes: {
            scopes: string[];
        };
        /** @description A secret that was made anew. */
        ClientSecret: {
            /** @description Shown now and never again. */
            client_secret: string;
        };
        /** @description An application as it is now. */
        ChangedApplication: {
            application: components["schemas"]["Application"];
        };
        /** @description A page of the audit log, newest first. */
        AuditPage: {
            entries: components["schemas"]["AuditEntry"][];
            /** @description `cursor` of the next page; null on the last one. */
            next?: string | null;
            /** @description All that `action` may be; only the first page says it. */
            actions: string[];
        };
        /** @description A row of the audit log. */
        AuditEntry: {
            /**
             * Format: int64
             * @description Later acts have higher numbers.
             */
            id: number;
            /** Format: int64 */
            at_ms: number;
            /**
             * Format: int64
             * @description The employee who did it; null when nobody was signed in.
             */
            user_id?: number | null;
            /**
             * Format: int64
             * @description The application that called in the employee's name.
             */
            application_id?: number | null;
            /** @description A method's name, or a word such as `session.start`. */
            action: string;
            /** @description To what: an id or a code, or empty. */
            subject: string;
            /**
             * Format: int64
             * @description The subject, when it is an id.
             */
            subject_id?: number | null;
            /** @description With what; secrets are left out. */
            detail: {
                [key: string]: unknown;
            };
            /** @description From which network address. */
            address: string;
        };
        /** @description How it stands now. */
        Board: {
            /** Format: int64 */
            now_ms: number;
            lines: components["schemas"]["BoardLine"][];
            operators: components["schemas"]["BoardOperator"][];
        };
        /** @description A line's queue. */
        BoardLine: {
            /** Format: int64 */
            line_id: number;
            /**
             * Format: int64
             * @description Open chats.
             */
            open: number;
            /**
             * Format: int64
             * @description Customers who wait and whom nobody has answered in this session.
             */
            queued: number;
            /**
             * Format: int64
             * @description Since when the one waits who waits longest.
             */
            waiting_since_ms?: number | null;
        };
        /** @description What an operator has. */
        BoardOperator: {
            /** Format: int64 */
            user_id: number;
            /**
             * @description `online`, `away`, `pause` or `offline`
             * @enum {string}
             */
            presence: "online" | "away" | "pause" | "offline";
            /**
             * Format: int64
             * @description Open chats.
             */
            open: number;
            /**
             * Format: int64
             * @description Those whose customer waits for an answer.
             */
            unanswered: number;
            /**
             * Format: int64
             * @description Since when the one waits who waits longest.
             */
            waiting_since_ms?: number | null;
        };
        /** @description Which chats. */
        ViewName: "mine" | "unassigned" | "all" | "mentions" | "snoozed" | "closed";
        /** @description What narrows a view; what is empty or absent restricts nothing. */
        Filter: {
            /**
             * @description Lines that have the chat now.
             * @default []
             */
            line_ids?: number[];
            /**
             * @description Codes of connectors.
             * @default []
             */
            connectors?: string[];
            /**
             * @description Owners of the last session; 0 for nobody.
             * @default []
             */
            owner_ids?: number[];
            /**
             * @description States of the last session.
             * @default []
             */
            statuses?: ("new" | "offered" | "bot" | "answered" | "waiting" | "closing" | "closed" | "spam")[];
            /**
             * @description One of these labels.
             * @default []
             */
            label_ids?: number[];
            /**
             * Format: int64
             * @description The last message is of this moment or later.
             */
            from_ms?: number | null;
            /**
             * Format: int64
             * @description The last message is of before.
             */
            to_ms?: number | null;
            /**
             * @description Only with something unread.
             * @default false
             */
            unread?: boolean;
        };
        /** @description How many chats there are. */
        ChatCount: {
            /**
             * Format: uint
             * @description So many were found, 1000 at most.
             */
            count: number;
            /** @description There are or may be more: of closed chats only the newest thousands are looked at. */
            more: boolean;
        };
        /** @description One chat. */
        OneChat: {
            /**
             * Format: int64
             * @description Everything up to this event is in it.
             */
            number: number;
            chat: components["schemas"]["Chat"];
            own?: components["schemas"]["Own"] | null;
            /** @description `null` in a group chat. */
            customer?: components["schemas"]["Customer"] | null;
        };
        /** @description A chat as the inbox lists it. */
        Chat: {
            /** Format: int64 */
            id: number;
            /** @description Its own name, else the customer's. */
            name: string;
            /**
             * Format: int64
             * @description The line that has it now.
             */
            line_id: number;
            /** @description Code of its connector. */
            connector: string;
            /**
             * Format: int64
             * @description `null` in a group chat.
             */
            customer_id?: number | null;
            avatar_url?: string | null;
            /** @description What employees write stays inside. */
            silent: boolean;
            /** @description The last one, open or closed. */
            session?: components["schemas"]["Session"] | null;
            /** @description The last message that was not deleted. */
            last?: components["schemas"]["Preview"] | null;
            /**
             * Format: int64
             * @description Number of the last message, deleted or not.
             */
            last_no: number;
            /**
             * Format: int64
             * @description When that was accepted: what lists are ordered by.
             */
            active_ms: number;
            /**
             * Format: int64
             * @description The customer's messages since somebody last answered, 100 at most.
             */
            unanswered: number;
            labels: number[];
            /**
             * Format: int64
             * @description 0 to 3
             * @enum {integer}
             */
            priority: 0 | 1 | 2 | 3;
            /** @description Who takes part. */
            member_ids: number[];
            /**
             * Format: int64
             * @description The bot that takes part, 0 for none.
             */
            bot_id: number;
        };
        /** @description One handling of a chat. */
        Session: {
            /** Format: int64 */
            id: number;
            /**
             * @description `new`, `offered`, `bot`, `answered`, `waiting`, `closing`, `closed` or `spam`
             * @enum {string}
             */
            status: "new" | "offered" | "bot" | "answered" | "waiting" | "closing" | "closed" | "spam";
            /**
             * Format: int64
             * @description 0 for nobody
             */
            owner_id: number;
            /** Format: int64 */
            created_ms: number;
            /**
             * Format: int64
             * @description When somebody first took it.
             */
            answered_ms?: number | null;
            /**
             * Format: int64
             * @description Since when the customer waits for an answer.
             */
            waiting_ms?: number | null;
            /** Format: int64 */
            closed_ms?: number | null;
            /** @description `finished`, `silence`, `spam` or `line_removed` */
            close_reason?: string | null;
            /**
             * Format: int64
             * @description The customer's rating: 1 or -1.
             */
            vote?: number | null;
            /**
             * Format: int64
             * @description The supervisor's rating, 1 to 5.
             */
            head_vote?: number | null;
            /** @description Its owner keeps it at hand. */
            pinned: boolean;
            /**
             * Format: int64
             * @description When the customer should have an answer.
             */
            due_ms?: number | null;
        };
        /** @description The beginning of a message. */
        Preview: {
            /** Format: int64 */
            message_id: number;
            /** Format: int64 */
            no: number;
            /**
             * Format: int64
             * @description 0 for the program
             */
            author_id: number;
            /**
             * @description `in`, `out`, `system` or `note`
             * @enum {string}
             */
            direction: "in" | "out" | "system" | "note";
            /** @description At most 160 characters, without markup. */
            text: string;
            state?: components["schemas"]["MessageState"] | null;
            /** Format: int64 */
            created_ms: number;
        };
        /** @description How an outgoing message stands. */
        MessageState: "queued" | "sent" | "delivered" | "read" | "failed";
        /** @description What the employee who asks keeps with a chat. */
        Own: {
            /** Format: int64 */
            chat_id: number;
            /**
             * Format: int64
             * @description Number of the last message read.
             */
            read_no: number;
            /**
             * Format: int64
             * @description Messages of others after it, 1000 at most; only members have any.
             */
            unread: number;
            draft?: components["schemas"]["Draft"] | null;
            /**
             * Format: int64
             * @description Until when it is out of the way.
             */
            snoozed_until_ms?: number | null;
            /**
             * Format: int64
             * @description Number of the last note that names the employee and is not read.
             */
            mentioned_no?: number | null;
            /**
             * Format: int64
             * @description Planned messages that could not be sent: `trunkline.message.scheduled` says why.
             */
            returned: number;
        };
        /** @description A text that was begun and not sent. */
        Draft: {
            text: string;
            /** @description For colleagues. */
            note: boolean;
            /** Format: int64 */
            updated_ms: number;
        };
        /** @description What is known of a customer. */
        Customer: {
            /** Format: int64 */
            id: number;
            name: string;
            last_name: string;
            avatar_url?: string | null;
            phone?: string | null;
            email?: string | null;
            /** @description A link to the customer's profile outside. */
            url?: string | null;
            /** @description What employees wrote down. */
            notes?: string | null;
            /** @description Items of the CRM to which the customer's last chat belongs. */
            crm: components["schemas"]["CustomerItem"][];
            /** Format: int64 */
            since_ms: number;
        };
        /** @description An item of the CRM. */
        CustomerItem: {
            /** @description `lead`, `deal`, `contact` or `company` */
            type: string;
            /** Format: int64 */
            id: number;
            title: string;
        };
        /** @description In which order. */
        Sort: "newest" | "waiting" | "priority";
        /** @description A page of chats. */
        ChatPage: {
            /**
             * Format: int64
             * @description Everything up to this event is in it.
             */
            number: number;
            chats: components["schemas"]["Chat"][];
            /** @description What the caller keeps with them; none for those with which nothing is kept. */
            owns: components["schemas"]["Own"][];
            /** @description Cursor of the next page; a page may be short although there is one. */
            next?: string | null;
        };
        /** @description All connectors. */
        Connectors: {
            connectors: components["schemas"]["ConnectorHealth"][];
        };
        /** @description A connector and how it does. */
        ConnectorHealth: {
            /** @description As its application spells it. */
            code: string;
            name: string;
            /** @description A picture as a `data:` address. */
            icon?: string | null;
            /** @description A colour such as `#2fc7f7`. */
            color?: string | null;
            /** @description The application that registered it. */
            application?: components["schemas"]["ConnectorApplication"] | null;
            channels: components["schemas"]["ConnectorChannel"][];
            /**
             * Format: int64
             * @description What it has not been told yet.
             */
            queued: number;
            /**
             * Format: int64
             * @description What was given up in the last 24 hours.
             */
            failed: number;
            /**
             * Format: int64
             * @description How long the oldest of what waits has been waiting; null when nothing waits.
             */
            lag_ms?: number | null;
            /**
             * Format: int64
             * @description When a customer's message last came in: among its 200 newest chats and those with an open session.
             */
            last_in_ms?: number | null;
            /**
             * Format: int64
             * @description When it was last told something, among its application's 500 newest deliveries.
             */
            last_out_ms?: number | null;
            /** @description Why the newest attempt to tell it something failed, as long as that is not told. */
            last_error?: components["schemas"]["ConnectorError"] | null;
        };
        /** @description Whose connector it is. */
        ConnectorApplication: {
            /** Format: int64 */
            id: number;
            title: string;
        };
        /** @description A connector on a line. */
        ConnectorChannel: {
            /** Format: int64 */
            line_id: number;
            /** @description Whether messages may be exchanged. */
            active: boolean;
            /** @description Whether it has reported an error. */
            error: boolean;
        };
        /** @description An attempt in vain. */
        ConnectorError: {
            /** Format: int64 */
            at_ms: number;
            /** @description What happened. */
            text: string;
        };
        /** @description One customer. */
        OneCustomer: {
            customer: components["schemas"]["Customer"];
        };
        /** @description A delivery with its attempts. */
        DeliveryWithAttempts: {
            delivery: components["schemas"]["Delivery"];
            /** @description The oldest first. */
            attempts: components["schemas"]["Attempt"][];
        };
        /** @description One event for one handler of an application. */
        Delivery: {
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            chat_id?: number | null;
            /**
             * Format: int64
             * @description The outgoing message that it carries.
             */
            message_id?: number | null;
            /** Format: int64 */
            application_id: number;
            /** @description Code of the event. */
            event: string;
            url: string;
            /**
             * @description `pending`, `done`, `settled`, `failed` or `cancelled`
             * @enum {string}
             */
            state: "pending" | "done" | "settled" | "failed" | "cancelled";
            /**
             * Format: int64
             * @description Attempts made.
             */
            attempt_count: number;
            /**
             * Format: int64
             * @description When it is tried next.
             */
            next_ms?: number | null;
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            finished_ms?: number | null;
        };
        /** @description One attempt. */
        Attempt: {
            /** Format: int64 */
            at_ms: number;
            /** Format: int64 */
            duration_ms: number;
            /**
             * Format: int64
             * @description HTTP status, if the handler answered.
             */
            status?: number | null;
            /** @description `ok`, or what went wrong. */
            result: string;
            /** @description Start of the answer's body. */
            answer: string;
            /** @description Start of what was sent, as JSON and without what authorises it. */
            request: string;
        };
        /** @description Deliveries, the newest first. */
        DeliveryPage: {
            deliveries: components["schemas"]["Delivery"][];
            /** @description Cursor of the next page. */
            next?: string | null;
        };
        /** @description A department as it is now. */
        ChangedDepartment: {
            department: components["schemas"]["Department"];
        };
        /** @description A department. */
        Department: {
            /** Format: int64 */
            id: number;
            name: string;
            /**
             * Format: int64
             * @description The department above; null for the company itself.
             */
            parent_id?: number | null;
            /**
             * Format: int64
             * @description The employee who heads it.
             */
            head_id?: number | null;
            /**
             * Format: int64
             * @description Smaller numbers come first among neighbours.
             */
            sort: number;
        };
        /** @description All departments. */
        Departments: {
            departments: components["schemas"]["Department"][];
        };
        /** @description An employee as they are now. */
        ChangedColleague: {
            employee: components["schemas"]["Colleague"];
        };
        /** @description An employee, as administrators see them. */
        Colleague: {
            /** Format: int64 */
            id: number;
            name: string;
            last_name: string;
            avatar_url?: string | null;
            role: components["schemas"]["Role"];
            /**
             * @description `online`, `away`, `pause` or `offline`.
             * @enum {string}
             */
            presence: "online" | "away" | "pause" | "offline";
            presence_reason?: string | null;
            /** @description False for a dismissed one. */
            active: boolean;
            department_ids: number[];
            /** @description Empty: cannot sign in. */
            email: string;
            work_position?: string | null;
            /** @description Whether signing in needs a code. */
            totp: boolean;
            /** @description Has not chosen a password yet. */
            invited: boolean;
            /**
             * Format: int64
             * @description Until when a link to set a password works.
             */
            link_expires_ms?: number | null;
            /**
             * Format: int64
             * @description When they last used a browser in which they are signed in; five minutes late at most.
             */
            seen_ms?: number | null;
        };
        /** @description What an employee may do. */
        Role: "operator" | "supervisor" | "administrator";
        /** @description Somebody new, and the link with which they set a password. */
        InvitedColleague: {
            employee: components["schemas"]["Colleague"];
            /** @description Shown now and never again. */
            link: string;
            /** Format: int64 */
            expires_ms: number;
        };
        /** @description A link with which an employee sets a password, once. */
        PasswordLink: {
            /** @description Shown now and never again. */
            link: string;
            /** Format: int64 */
            expires_ms: number;
        };
        /** @description A page of the employees. */
        Colleagues: {
            employees: components["schemas"]["Colleague"][];
            /** @description `cursor` of the next page; null on the last one. */
            next?: string | null;
        };
        /** @description What a chat is marked with. */
        Label: {
            /** Format: int64 */
            id: number;
            title: string;
            /** @description `red`, `orange`, `amber`, `green`, `teal`, `blue`, `violet`, `pink` or `gray` */
            color: string;
        };
        /** @description All fields. */
        LineFields: {
            fields: components["schemas"]["LineField"][];
        };
        /** @description A field of `imopenlines.config.*`. */
        LineField: {
            name: string;
            group: components["schemas"]["LineFieldGroup"];
            type: components["schemas"]["LineFieldType"];
            /** @description The words it may be, for one of several. */
            words: string[];
            /** @description Value when nothing is set; null where that differs from empty. */
            default?: string | null;
            /**
             * Format: uint32
             * @description Smallest and greatest number, for a number.
             */
            min?: number | null;
            /** Format: uint32 */
            max?: number | null;
            /** @description What a number counts. */
            unit?: components["schemas"]["LineFieldUnit"] | null;
            /**
             * Format: uint
             * @description Characters at most, for a text.
             */
            chars_max?: number | null;
            /** @description Whether `imopenlines.config.update` changes it. */
            settable: boolean;
        };
        /** @description What a field is about. */
        LineFieldGroup: "queue" | "operator" | "welcome" | "no_answer" | "worktime" | "closing" | "vote" | "crm" | "kpi" | "general";
        /** @description What a field may hold. */
        LineFieldType: "text" | "int" | "flag" | "one_of" | "time" | "holidays" | "weekdays" | "users" | "operator_data";
        /** @description What a number counts. */
        LineFieldUnit: "s" | "min";
        /** @description Some of a chat's messages. */
        MessagePage: {
            /**
             * Format: int64
             * @description Everything up to this event is in it.
             */
            number: number;
            /** @description In their order, deleted ones included. */
            messages: components["schemas"]["Message"][];
            /**
             * Format: int64
             * @description Number of the chat's first message, 0 when it has none.
             */
            first_no: number;
            /**
             * Format: int64
             * @description Number of the chat's last message, 0 when it has none.
             */
            last_no: number;
        };
        /** @description A message of a chat. */
        Message: {
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            chat_id: number;
            /**
             * Format: int64
             * @description Per chat, from 1, without gaps.
             */
            no: number;
            /** Format: int64 */
            session_id: number;
            /**
             * Format: int64
             * @description 0 for the program
             */
            author_id: number;
            /** @description The author as known when this was sent; later changes of a name are told of the employee or chat. */
            author?: components["schemas"]["Author"] | null;
            /**
             * @description `in`, `out`, `system` or `note`
             * @enum {string}
             */
            direction: "in" | "out" | "system" | "note";
            /** @description An answer that went to colleagues only, for the chat was silent or its bot wanted it so: the customer never gets it. */
            hidden: boolean;
            /** @description BB code; empty when deleted. */
            body: string;
            files: components["schemas"]["File"][];
            /** @description As `im.message.add` takes it. */
            attach?: unknown;
            /** @description As `im.message.add` takes it. */
            keyboard?: unknown;
            quote?: components["schemas"]["Quote"] | null;
            /**
             * Format: int64
             * @description When it was written, as its channel says: messages stand in the order of `no` all the same.
             */
            created_ms: number;
            /** Format: int64 */
            edited_ms?: number | null;
            /** Format: int64 */
            deleted_ms?: number | null;
            /** @description Who liked it. */
            likes: number[];
            /** @description How an outgoing message stands. */
            state?: components["schemas"]["MessageState"] | null;
            /** @description Why the last attempt to deliver it failed; it may still be `queued`. */
            failure?: string | null;
            /** Format: int64 */
            delivery_id?: number | null;
            /** @description The name that the writer's browser gave it. */
            client_id?: string | null;
        };
        /** @description Who wrote a message. */
        Author: {
            /** Format: int64 */
            id: number;
            name: string;
            avatar_url?: string | null;
            kind: components["schemas"]["AuthorKind"];
        };
        /**
         * @description What an author is.
         * @enum {string}
         */
        AuthorKind: "employee" | "customer" | "bot";
        /** @description A file of a message. */
        File: {
            /** Format: int64 */
            id: number;
            name: string;
            mime: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
            /**
             * @description `loading`, `ready` or `failed`
             * @enum {string}
             */
            state: "loading" | "ready" | "failed";
            /** @description Empty until it is ready. */
            url: string;
            preview_url?: string | null;
            /** Format: int64 */
            width?: number | null;
            /** Format: int64 */
            height?: number | null;
        };
        /** @description The message that another one answers. */
        Quote: {
            /** Format: int64 */
            no: number;
            /** Format: int64 */
            author_id: number;
            /** @description Its beginning without markup; empty when it was deleted. */
            text: string;
        };
        /** @description A message that is delivered again. */
        Retried: {
            message: components["schemas"]["Message"];
        };
        /** @description A message that is sent later, or could not be sent when its moment came. */
        Planned: {
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            chat_id: number;
            /** Format: int64 */
            send_at_ms: number;
            client_id: string;
            text: string;
            file_ids: number[];
            /** @description Those of `file_ids` that are still there. */
            files: components["schemas"]["File"][];
            /** Format: int64 */
            quote_no?: number | null;
            quote?: components["schemas"]["Quote"] | null;
            note: boolean;
            finish: boolean;
            /**
             * @description Why it was not sent. It waits for its author: sent again under its `client_id`, or taken back.
             * @enum {string|null}
             */
            refusal?: "no_access" | "file_gone" | "quote_gone" | "line_gone" | "refused" | null;
        };
        /** @description What became of a message: one of the two. */
        SentMessage: {
            message?: components["schemas"]["Message"] | null;
            scheduled?: components["schemas"]["Planned"] | null;
        };
        /** @description An employee's presence. */
        PresenceShown: {
            /** Format: int64 */
            user_id: number;
            /**
             * @description `online`, `away`, `pause` or `offline`.
             * @enum {string}
             */
            presence: "online" | "away" | "pause" | "offline";
            /** @description What colleagues see. */
            reason?: string | null;
        };
        /** @description A text to answer with. */
        QuickAnswer: {
            /** Format: int64 */
            id: number;
            /**
             * Format: int64
             * @description Its line; `null` when it is of several or of all.
             */
            line_id?: number | null;
            /** @description May be empty. */
            title: string;
            text: string;
            /**
             * Format: int64
             * @description The message that it was made from, 0 for none.
             */
            message_id: number;
            /**
             * Format: int64
             * @description The employee who saved it.
             */
            created_by: number;
        };
        /** @description By what sessions are counted together. */
        GroupBy: "line" | "operator" | "connector" | "day" | "hour" | "close_reason" | "weekday_hour";
        /** @description A report. */
        Report: {
            /** @description In the order of their buckets; days and hours without sessions too. */
            rows: components["schemas"]["ReportRow"][];
            /** @description All rows together. */
            total: components["schemas"]["ReportFigures"];
            /** @description There were more sessions than a report counts (1,000,000): it holds the first only. */
            cut: boolean;
            /** @description The time zone in which days and hours were counted. */
            time_zone: string;
        };
        /** @description One group of sessions. */
        ReportRow: {
            /** @description Names the group for `trunkline.report.sessions`. */
            bucket: string;
            /**
             * Format: int64
             * @description The line or operator.
             */
            id?: number | null;
            /** @description The connector's code or the reason of closing. */
            word?: string | null;
            /**
             * Format: int64
             * @description When the day or hour begins.
             */
            from_ms?: number | null;
            /**
             * Format: int64
             * @description Before when it ends.
             */
            to_ms?: number | null;
            /**
             * Format: int8
             * @description 1 for Monday to 7 for Sunday.
             */
            weekday?: number | null;
            /**
             * Format: int8
             * @description 0 to 23.
             */
            hour?: number | null;
            figures: components["schemas"]["ReportFigures"];
        };
        /** @description Numbers of a group of sessions. */
        ReportFigures: {
            /**
             * Format: int64
             * @description Opened.
             */
            sessions: number;
            /**
             * Format: int64
             * @description Of these, answered by an operator.
             */
            answered: number;
            /**
             * Format: int64
             * @description Closed without an answer, and no spam.
             */
            lost: number;
            /**
             * Format: int64
             * @description Called spam.
             */
            spam: number;
            /**
             * Format: int64
             * @description Rated well.
             */
            likes: number;
            /**
             * Format: int64
             * @description Rated badly.
             */
            dislikes: number;
            /**
             * Format: int64
             * @description From the opening to the first answer: half of the answered sessions took at most so long.
             */
            first_answer_median_ms?: number | null;
            /**
             * Format: int64
             * @description Nine of ten took at most so long.
             */
            first_answer_p90_ms?: number | null;
            /**
             * Format: int64
             * @description How long customers waited for an answer on average.
             */
            answer_average_ms?: number | null;
            /**
             * Format: int64
             * @description How long sessions lasted on average.
             */
            duration_average_ms?: number | null;
        };
        /** @description Sessions of a report. */
        ReportSessions: {
            /** @description The newest first. */
            sessions: components["schemas"]["ReportSession"][];
            /** @description For the page after this one; `null` after the last. */
            next?: string | null;
        };
        /** @description A session of a report. */
        ReportSession: {
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            chat_id: number;
            chat_name: string;
            /** Format: int64 */
            line_id: number;
            /**
             * Format: int64
             * @description Its last owner, 0 for nobody.
             */
            operator_id: number;
            /** @description The connector's code. */
            connector: string;
            /** Format: int64 */
            created_ms: number;
            /**
             * Format: int64
             * @description When an operator first answered.
             */
            first_answer_ms?: number | null;
            /** Format: int64 */
            closed_ms?: number | null;
            /** @description `finished`, `silence`, `spam` or `line_removed`. */
            close_reason?: string | null;
            /**
             * @description `like` or `dislike`.
             * @enum {string|null}
             */
            vote?: "like" | "dislike" | null;
        };
        /** @description What was found: of each kind the newest first, and only what the employee may see. */
        SearchFound: {
            customers: components["schemas"]["FoundCustomer"][];
            messages: components["schemas"]["FoundMessage"][];
            chats: components["schemas"]["FoundChat"][];
            /** @description The question would have taken too long: what is much older was not looked at. */
            cut: boolean;
        };
        /** @description A customer. */
        FoundCustomer: {
            /** Format: int64 */
            id: number;
            name: string;
            avatar_url?: string | null;
            phone: string;
            email: string;
            /**
             * Format: int64
             * @description The customer's newest chat.
             */
            chat_id?: number | null;
        };
        /** @description A message. */
        FoundMessage: {
            /** Format: int64 */
            message_id: number;
            /** Format: int64 */
            chat_id: number;
            chat_name: string;
            /** Format: int64 */
            no: number;
            /** Format: int64 */
            author_id: number;
            /** Format: int64 */
            created_ms: number;
            snippet: components["schemas"]["Snippet"];
        };
        /** @description The part of a message that shows why it was found. */
        Snippet: {
            /** @description Plain text. */
            text: string;
            /** @description What was found in it, in order. */
            marks: components["schemas"]["Mark"][];
        };
        /** @description A stretch of a text. */
        Mark: {
            /**
             * Format: uint
             * @description Where it begins, in UTF-16 code units.
             */
            start: number;
            /**
             * Format: uint
             * @description How many UTF-16 code units it has.
             */
            length: number;
        };
        /** @description A chat. */
        FoundChat: {
            /** Format: int64 */
            id: number;
            name: string;
            /** Format: int64 */
            line_id: number;
            /** Format: int64 */
            customer_id?: number | null;
        };
        /** @description A session with why it went to whom it went. */
        SessionDetails: {
            /** Format: int64 */
            id: number;
            /** Format: int64 */
            chat_id: number;
            /** Format: int64 */
            line_id: number;
            /**
             * Format: int64
             * @description The chat's session before it, 0 for none.
             */
            parent_id: number;
            /**
             * @description `new`, `offered`, `bot`, `answered`, `waiting`, `closing`, `closed` or `spam`
             * @enum {string}
             */
            status: "new" | "offered" | "bot" | "answered" | "waiting" | "closing" | "closed" | "spam";
            /**
             * Format: int64
             * @description 0 for nobody
             */
            owner_id: number;
            /** @description Why it went to its owner: `grounds` in English. */
            reason: string;
            /** @description The same in words to translate, the most important one first. */
            grounds: components["schemas"]["Ground"][];
            /** Format: int64 */
            created_ms: number;
            /** Format: int64 */
            answered_ms?: number | null;
            /** Format: int64 */
            waiting_ms?: number | null;
            /** Format: int64 */
            closed_ms?: number | null;
            /** @description `finished`, `silence`, `spam` or `line_removed` */
            close_reason?: string | null;
            /**
             * Format: int64
             * @description The supervisor's rating, 1 to 5.
             */
            head_vote?: number | null;
            /** @description The supervisor's words. */
            head_comment?: string | null;
        };
        /** @description One ground on which a session went to whom it went. Names are those of the moment. */
        Ground: {
            /**
             * @description What it is: those that begin with `skipped_` say why `name` did not get it.
             * @enum {string}
             */
            word: "off_hours" | "queue_empty" | "nobody_free" | "all_free" | "first_in_queue" | "next_in_queue" | "responsible" | "skipped_gone" | "skipped_passed_on" | "skipped_late" | "skipped_away" | "skipped_full" | "welcome_bot" | "bot_late" | "bot_unreachable" | "bot_removed" | "bot_handed_over" | "started" | "answered" | "finished" | "transferred" | "intercepted";
            /** @description Whom it is about. */
            name?: string | null;
            /** @description Whom or which line it went to (`transferred`), or whom it was taken from (`intercepted`, if somebody had it). */
            other?: string | null;
            /** @description To whom it is offered together (`all_free`), 20 at most. */
            names: string[];
            /**
             * Format: uint
             * @description How many they are besides.
             */
            more: number;
            /**
             * Format: int64
             * @description How many chats `name` has, where the line limits them.
             */
            chats?: number | null;
            /** Format: int64 */
            chats_max?: number | null;
            /**
             * @description The presence of `name`, where the line looks at it.
             * @enum {string|null}
             */
            presence?: "online" | "away" | "pause" | "offline" | null;
            /** @description What `name` says of being away. */
            note?: string | null;
        };
        /** @description Sessions of a customer, the newest first. */
        SessionPage: {
            sessions: components["schemas"]["SessionDetails"][];
            /** @description Cursor of the next page. */
            next?: string | null;
        };
        /** @description What was said in a session, as a text. */
        Transcript: {
            /** @description Name of a file to save it in. */
            name: string;
            text: string;
        };
        /** @description What the inbox begins with. */
        Start: {
            /**
             * Format: int64
             * @description Everything up to this event is in it.
             */
            number: number;
            /** Format: int64 */
            now_ms: number;
            me: components["schemas"]["Me"];
            employees: components["schemas"]["Employee"][];
            lines: components["schemas"]["Line"][];
            connectors: components["schemas"]["Connector"][];
            labels: components["schemas"]["Label"][];
            views: components["schemas"]["SavedView"][];
            quick_answers: components["schemas"]["QuickAnswer"][];
            counts: components["schemas"]["Counts"];
            /** @description What the inbox remembers for the employee. */
            preferences: {
                [key: string]: unknown;
            };
        };
        /** @description The employee who is signed in. */
        Me: {
            /**
             * Format: int64
             * @description Id.
             */
            id: number;
            /** @description Given name. */
            name: string;
            /** @description Family name. */
            last_name: string;
            /** @description E-mail address, or empty. */
            email: string;
            /** @description Address of the picture. */
            avatar_url?: string | null;
            /** @description What they may do. */
            role: components["schemas"]["Role"];
            /** @description Language of the pages, such as `en`: the employee's or else the portal's. */
            language: string;
            /** @description Time zone of the pages, such as `Europe/Berlin`: the employee's or else the portal's. */
            time_zone: string;
            /** @description Whether a second factor is asked for when they sign in. */
            totp: boolean;
        };
        /** @description A colleague. */
        Employee: {
            /** Format: int64 */
            id: number;
            name: string;
            last_name: string;
            avatar_url?: string | null;
            role: components["schemas"]["Role"];
            /**
             * @description `online`, `away`, `pause` or `offline`
             * @enum {string}
             */
            presence: "online" | "away" | "pause" | "offline";
            presence_reason?: string | null;
            /** @description Works here. */
            active: boolean;
            department_ids: number[];
        };
        /** @description An open line. */
        Line: {
            /** Format: int64 */
            id: number;
            name: string;
            active: boolean;
            /** @description Employees in its queue, by themselves or by a department. */
            queue: number[];
            connectors: components["schemas"]["LineConnector"][];
        };
        /** @description A connector on a line. */
        LineConnector: {
            code: string;
            name: string;
            active: boolean;
        };
        /** @description A connector. */
        Connector: {
            code: string;
            name: string;
            /** @description A `data:` address of a picture, if the connector brought one. */
            icon?: string | null;
            color?: string | null;
        };
        /** @description A list of chats that somebody saved. */
        SavedView: {
            /** Format: int64 */
            id: number;
            title: string;
            /** @description Everybody has it. */
            shared: boolean;
            /** Format: int64 */
            owner_id: number;
            view: components["schemas"]["ViewName"];
            filter: components["schemas"]["Filter"];
            sort: components["schemas"]["Sort"];
        };
        /** @description How many chats are open. */
        Counts: {
            /** @description Of the lines that the employee sees and on which something is open. */
            lines: components["schemas"]["LineCounts"][];
        };
        /** @description How many chats of a line are open. */
        LineCounts: {
            /** Format: int64 */
            line_id: number;
            /** Format: int64 */
            open: number;
            /**
             * Format: int64
             * @description Nobody has them.
             */
            unassigned: number;
            /** @description By the owner's id. */
            by_owner: {
                [key: string]: number;
            };
        };
        /** @description What was saved. */
        Saved: {
            view: components["schemas"]["SavedView"];
        };
        /** @description What was added. */
        AddedWebhook: {
            webhook: components["schemas"]["Webhook"];
            /** @description The secret: shown now and never again. */
            code: string;
            /** @description Address with the secret, without a slash at the end. */
            url: string;
        };
        /** @description An inbound webhook: an address that acts in an employee's name. */
        Webhook: {
            /** Format: int64 */
            id: number;
            /**
             * Format: int64
             * @description In whose name it acts.
             */
            user_id: number;
            title: string;
            scopes: string[];
            /** Format: int64 */
            created_ms: number;
            /**
             * Format: int64
             * @description Null: never.
             */
            expires_ms?: number | null;
            /**
             * Format: int64
             * @description An hour late at most; null: it never was used.
             */
            used_ms?: number | null;
        };
        /** @description All inbound webhooks. */
        Webhooks: {
            webhooks: components["schemas"]["Webhook"][];
        };
        /** @description Who is signed in, and what calls have to carry. */
        Welcome: {
            /** @description Value of the header `X-Trunkline-Csrf`. */
            csrf: string;
            /** @description Who it is. */
            user: components["schemas"]["Me"];
        };
        /** @description Body of `POST /api/session`. */
        SignIn: {
            email: string;
            password: string;
            /** @description Code of the second factor or recovery code; wanted after `CODE_REQUIRED`. */
            code?: string | null;
        };
        /** @description Whose link it is. */
        Invited: {
            name: string;
            last_name: string;
            /** @description Empty: one has to be given with the password. */
            email: string;
            /** @description Whether a code has to be given with the password. */
            totp: boolean;
        };
        /** @description Body of `POST /api/invitation`. */
        Invitation: {
            /** @description Last part of the link. */
            token: string;
            /** @description The new password; without one only whose link it is is told. */
            password?: string | null;
            /** @description E-mail address of an employee who has none yet. */
            email?: string | null;
            /** @description Code of the second factor, where the employee has one. */
            code?: string | null;
        };
        /** @description A file that was taken in. */
        TakenFile: {
            file: components["schemas"]["File"];
        };
        /** @description An event by its name, with its data. */
        FeedEvent: {
            /** @constant */
            event: "hello";
            data: components["schemas"]["FeedHello"];
        } | {
            /** @constant */
            event: "change";
            data: components["schemas"]["FeedChanges"];
        } | {
            /** @constant */
            event: "live";
            data: components["schemas"]["FeedLive"];
        } | {
            /** @constant */
            event: "beat";
            data: components["schemas"]["FeedBeat"];
        } | {
            /** @constant */
            event: "reset";
            data: components["schemas"]["FeedReset"];
        } | {
            /** @constant */
            event: "bye";
            data: components["schemas"]["FeedBye"];
        };
        /** @description The first event. */
        FeedHello: {
            /**
             * Format: int64
             * @description From here on nothing is missing.
             */
            number: number;
            /** Format: int64 */
            now_ms: number;
            /** Format: int64 */
            user_id: number;
            /** @description Version of the program. */
            build: string;
        };
        /** @description Changes up to a number, which is the event's id too. */
        FeedChanges: {
            /** Format: int64 */
            number: number;
            changes: components["schemas"]["FeedChange"][];
        };
        /** @description A change of the feed. */
        FeedChange: {
            /** @constant */
            type: "chat";
            chat: components["schemas"]["Chat"];
        } | {
            /** @constant */
            type: "message";
            message: components["schemas"]["Message"];
        } | {
            /** @constant */
            type: "own";
            own: components["schemas"]["Own"];
        } | {
            /** @constant */
            type: "gone";
            /** Format: int64 */
            chat_id: number;
        } | {
            /** @constant */
            type: "employee";
            employee: components["schemas"]["Employee"];
        } | {
            /** @constant */
            type: "catalog";
            name: string;
        } | {
            /** @constant */
            type: "delivery";
            delivery: components["schemas"]["Delivery"];
        };
        /** @description Something unnumbered that may be lost. */
        FeedLive: {
            /** @constant */
            type: "typing";
            /** Format: int64 */
            chat_id: number;
            /** Format: int64 */
            user_id: number;
            /** Format: int64 */
            until_ms: number;
        } | {
            /** @constant */
            type: "looking";
            /** Format: int64 */
            chat_id: number;
            user_ids: number[];
        } | {
            /** @constant */
            type: "counts";
            lines: components["schemas"]["LineCounts"][];
        };
        /** @description How far the feed has come. */
        FeedBeat: {
            /** Format: int64 */
            number: number;
            /** Format: int64 */
            now_ms: number;
        };
        /** @description Why everything has to be fetched again. */
        FeedReset: {
            reason: string;
        };
        /** @description Nothing. */
        FeedBye: Record<string, never>;
        Error: {
            error: string;
            error_description: string;
        };
        Time: {
            start?: number;
            finish?: number;
            duration?: number;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    "trunkline.account.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["OwnAccount"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The one that works now. */
                    current: string;
                    /** @description The one to work from now on, 8 to 1024 bytes. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.session.end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.session.end_others": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** Format: uint64 */
                        result: number;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.session.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Devices"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.totp.confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description The one that `trunkline.account.totp.start` answered: where another one was made since, this one is confirmed no more. */
                    secret: string;
                    /** @description What the authenticator shows. */
                    code: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["RecoveryCodes"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.totp.disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Proof that it is still the same person. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.totp.recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Proof that it is still the same person. */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["RecoveryCodes"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.totp.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["TotpSetup"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.account.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name?: string | null;
                    last_name?: string | null;
                    email?: string | null;
                    /** @description Two letters. */
                    language?: string | null;
                    /** @description A name such as `Europe/Berlin`. */
                    time_zone?: string | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["OwnAccount"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.application.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    title: string;
                    scopes: string[];
                    /** @description Address of its page. */
                    url?: string | null;
                    install_url?: string | null;
                    redirect_url?: string | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["AddedApplication"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.application.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.application.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Applications"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.application.scopes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Scopes"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.application.secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ClientSecret"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.application.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                    title?: string | null;
                    scopes?: string[] | null;
                    url?: string | null;
                    install_url?: string | null;
                    redirect_url?: string | null;
                    retry?: components["schemas"]["Retry"] | null;
                    /** @description False switches it off: its tokens are refused, and what it is to be told waits until it is switched on again. */
                    active?: boolean | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChangedApplication"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.audit.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description Only what this employee did; 0 is nobody who was signed in: refused sign-ins and the command line.
                     */
                    user_id?: number | null;
                    /** @description Only of this kind: a method's name, or a word such as `session.start`; the first words of it are enough. */
                    action?: string | null;
                    /** @description Only what was done to this: an id or a code. */
                    subject?: string | null;
                    /**
                     * Format: int64
                     * @description Not before.
                     */
                    from_ms?: number | null;
                    /**
                     * Format: int64
                     * @description Before.
                     */
                    to_ms?: number | null;
                    /** @description `next` of the page before. */
                    cursor?: string | null;
                    /** @description From 1 to 200; 200 when absent. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["AuditPage"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.board.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Board"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    view: components["schemas"]["ViewName"];
                    filter?: components["schemas"]["Filter"] | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChatCount"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.draft": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /** @description Empty: there is none any more. */
                    text: string;
                    /** @description It is to be a note. */
                    note?: boolean | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["OneChat"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /** @description All that the chat has from now on. */
                    label_ids: number[];
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    view: components["schemas"]["ViewName"];
                    filter?: components["schemas"]["Filter"] | null;
                    sort?: components["schemas"]["Sort"] | null;
                    /** @description `next` of the page before. */
                    cursor?: string | null;
                    /** @description From 1 to 200; 50 when absent. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChatPage"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.priority": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /**
                     * Format: int64
                     * @description 0 to 3
                     * @enum {integer}
                     */
                    priority: 0 | 1 | 2 | 3;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /** Format: int64 */
                    no: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Own"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.snooze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /**
                     * Format: int64
                     * @description `null` brings it back at once.
                     */
                    until_ms?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.typing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.chat.unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /** Format: int64 */
                    no: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Own"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.connector.connect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Code of the connector, in any letter case. */
                    connector: string;
                    /** Format: int64 */
                    line_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.connector.disconnect": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Code of the connector, in any letter case. */
                    connector: string;
                    /** Format: int64 */
                    line_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.connector.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Connectors"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.customer.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    customer_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["OneCustomer"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.customer.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    customer_id: number;
                    name?: string | null;
                    last_name?: string | null;
                    phone?: string | null;
                    email?: string | null;
                    url?: string | null;
                    notes?: string | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["OneCustomer"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.delivery.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["DeliveryWithAttempts"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.delivery.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id?: number | null;
                    /**
                     * Format: int64
                     * @description An outgoing message.
                     */
                    message_id?: number | null;
                    /** Format: int64 */
                    application_id?: number | null;
                    /** @description `pending`, `done`, `settled`, `failed` or `cancelled` */
                    state?: string | null;
                    /** @description `next` of the page before. */
                    cursor?: string | null;
                    /** @description From 1 to 100; 50 when absent. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["DeliveryPage"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.delivery.replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["DeliveryWithAttempts"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.department.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * Format: int64
                     * @description The department above.
                     */
                    parent_id: number;
                    /** Format: int64 */
                    head_id?: number | null;
                    /** Format: uint32 */
                    sort?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChangedDepartment"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.department.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.department.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Departments"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.department.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                    name?: string | null;
                    /** Format: int64 */
                    parent_id?: number | null;
                    /**
                     * Format: int64
                     * @description 0: nobody.
                     */
                    head_id?: number | null;
                    /** Format: uint32 */
                    sort?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChangedDepartment"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChangedColleague"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChangedColleague"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.invite": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    name: string;
                    last_name?: string | null;
                    /** @description Nobody else may have it; without one it is asked for with the password. */
                    email?: string | null;
                    work_position?: string | null;
                    /** @description `operator` unless given. */
                    role?: components["schemas"]["Role"] | null;
                    /** @description None means the company itself. */
                    department_ids?: number[] | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["InvitedColleague"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["PasswordLink"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Only those whose name or e-mail address contains it. */
                    q?: string | null;
                    /** @description Only those who work here, or only those who were dismissed. */
                    active?: boolean | null;
                    /** @description `next` of the page before. */
                    cursor?: string | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Colleagues"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.totp_reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.employee.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                    name?: string | null;
                    last_name?: string | null;
                    email?: string | null;
                    work_position?: string | null;
                    role?: components["schemas"]["Role"] | null;
                    department_ids?: number[] | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ChangedColleague"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.label.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    title: string;
                    color: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Label"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.label.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.label.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Label"][];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.label.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                    title: string;
                    color: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Label"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.line.fields": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["LineFields"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.message.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /** Format: int64 */
                    before_no?: number | null;
                    /** Format: int64 */
                    after_no?: number | null;
                    /**
                     * Format: int64
                     * @description The message of this number stands in the middle.
                     */
                    around_no?: number | null;
                    /** @description From 1 to 100; 50 when absent. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["MessagePage"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.message.retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    message_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Retried"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.message.scheduled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description Those of all chats when absent, also of chats that the caller may not open any more.
                     */
                    chat_id?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Planned"][];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.message.send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    chat_id: number;
                    /** @description A new name for each message, such as a UUID: the same name again is the same message and sends nothing. */
                    client_id: string;
                    /** @description BB code; may be empty when files are sent. */
                    text?: string | null;
                    /** @description What `POST /api/files` answered. */
                    file_ids?: number[] | null;
                    /**
                     * Format: int64
                     * @description Number of the message that it answers.
                     */
                    quote_no?: number | null;
                    /** @description For colleagues only. */
                    note?: boolean | null;
                    /** @description The dialogue is finished with it. */
                    finish?: boolean | null;
                    /**
                     * Format: int64
                     * @description Later, and not now; a moment that is over is now.
                     */
                    send_at_ms?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["SentMessage"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.message.unschedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Planned"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.preferences.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description By name; null forgets one, and what is not named stays. All together at most 16 kB of JSON. */
                    preferences: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.presence.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description Absent: the caller.
                     */
                    user_id?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["PresenceShown"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.presence.set": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description `online`, `away`, `pause` or `offline`.
                     * @enum {string}
                     */
                    presence: "online" | "away" | "pause" | "offline";
                    /** @description What colleagues see. */
                    reason?: string | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["PresenceShown"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.quickanswer.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description `null`: for all lines, which supervisors may add.
                     */
                    line_id?: number | null;
                    title?: string | null;
                    text: string;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["QuickAnswer"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.quickanswer.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.quickanswer.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description Absent: of all lines that the caller sees.
                     */
                    line_id?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["QuickAnswer"][];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.quickanswer.update": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                    /**
                     * Format: int64
                     * @description The line that it is for from now on. `null`: for all lines; an answer that several lines share stays theirs. Only
                     *     supervisors put an answer among those of all lines, or take it from there.
                     */
                    line_id?: number | null;
                    title?: string | null;
                    text?: string | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["QuickAnswer"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.report.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description Sessions opened at this moment or later, unix milliseconds.
                     */
                    from_ms: number;
                    /**
                     * Format: int64
                     * @description Sessions opened before this moment; at most 366 days after `from_ms`.
                     */
                    to_ms: number;
                    /** @description Of these lines only. */
                    line_ids?: number[] | null;
                    /** @description Of these owners only, 0 for sessions of nobody. An operator gets their own, whatever stands here. */
                    operator_ids?: number[] | null;
                    /** @description Through these connectors only, by code. */
                    connectors?: string[] | null;
                    /** @description Where days begin, such as `Europe/Berlin`; the portal's time zone when it is left out. */
                    time_zone?: string | null;
                    group_by: components["schemas"]["GroupBy"];
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Report"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.report.sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description As in `trunkline.report.get`.
                     */
                    from_ms: number;
                    /**
                     * Format: int64
                     * @description As in `trunkline.report.get`.
                     */
                    to_ms: number;
                    /** @description As in `trunkline.report.get`. */
                    line_ids?: number[] | null;
                    /** @description As in `trunkline.report.get`. */
                    operator_ids?: number[] | null;
                    /** @description As in `trunkline.report.get`. */
                    connectors?: string[] | null;
                    /** @description As in `trunkline.report.get`. */
                    time_zone?: string | null;
                    /** @description What `bucket` is one of. */
                    group_by?: components["schemas"]["GroupBy"] | null;
                    /** @description A row's `bucket`; without it all sessions of the filter. */
                    bucket?: string | null;
                    /** @description `next` of the page before. */
                    cursor?: string | null;
                    /** @description From 1 to 200; 50 when absent. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["ReportSessions"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * @description Words, part of a phone number or e-mail address, or `#12` for chat 12; at most 1,000 characters. The last word may be
                     *     unfinished.
                     */
                    q: string;
                    /** @description Results of each kind, 1 to 50; 20 when it is left out. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["SearchFound"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.session.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    session_id?: number | null;
                    /**
                     * Format: int64
                     * @description The chat's last session; passed over when `session_id` is given.
                     */
                    chat_id?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["SessionDetails"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.session.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    customer_id: number;
                    /** @description `next` of the page before. */
                    cursor?: string | null;
                    /** @description From 1 to 100; 20 when absent. */
                    limit?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["SessionPage"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.session.transcript": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    session_id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Transcript"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Start"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.view.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.view.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["SavedView"][];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.view.save": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description Absent: a new one.
                     */
                    id?: number | null;
                    title: string;
                    /** @description For everybody: supervisors and administrators may. */
                    shared?: boolean | null;
                    view: components["schemas"]["ViewName"];
                    filter?: components["schemas"]["Filter"] | null;
                    sort?: components["schemas"]["Sort"] | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Saved"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.webhook.add": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /**
                     * Format: int64
                     * @description In whose name it acts; the caller's unless given.
                     */
                    user_id?: number | null;
                    title: string;
                    scopes: string[];
                    /**
                     * Format: int64
                     * @description When it stops working; never unless given.
                     */
                    expires_ms?: number | null;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["AddedWebhook"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.webhook.delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** Format: int64 */
                    id: number;
                };
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: boolean;
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "trunkline.webhook.list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The call is done and on disk. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        result: components["schemas"]["Webhooks"];
                        time: components["schemas"]["Time"];
                    };
                };
            };
            /** @description The call is refused and nothing is changed. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "api.session.get": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Welcome"];
                };
            };
            /** @description `INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED` */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "api.session.post": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Welcome"];
                };
            };
            /** @description `WRONG_CREDENTIALS`, `CODE_REQUIRED`, `WRONG_CODE` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_ATTEMPTS` with `retry_after_s` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED` */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "api.session.delete": {
        parameters: {
            query?: never;
            header: {
                /** @description `csrf` of the answer of /api/session. */
                "X-Trunkline-Csrf": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED` */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "api.invitation.post": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Invitation"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"] | components["schemas"]["Welcome"];
                };
            };
            /** @description `EMAIL_REQUIRED`, `ERROR_ARGUMENT` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `CODE_REQUIRED`, `WRONG_CODE` */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVITATION_GONE` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_ATTEMPTS` with `retry_after_s` */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED` */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "api.files.post": {
        parameters: {
            query: {
                chat_id: number;
                name?: string | null;
            };
            header: {
                /** @description `csrf` of the answer of /api/session. */
                "X-Trunkline-Csrf": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
                "multipart/form-data": {
                    /** Format: binary */
                    file: string;
                };
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TakenFile"];
                };
            };
            /** @description `ERROR_ARGUMENT`, `ERROR_NOT_FOUND`, `INVALID_REQUEST` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `FILE_TOO_LARGE` */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED` */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
    "api.feed.get": {
        parameters: {
            query?: {
                /** @description The number up to which everything is known; the header Last-Event-ID goes before it. */
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["FeedEvent"];
                };
            };
            /** @description `ERROR_ARGUMENT` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `TOO_MANY_CONNECTIONS`, `QUERY_LIMIT_EXCEEDED` */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
            /** @description `INVALID_REQUEST`, `NO_AUTH_FOUND`, `NO_SESSION`, `CSRF_FAILED`, `FOREIGN_ORIGIN`, `QUERY_LIMIT_EXCEEDED` */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Error"];
                };
            };
        };
    };
}
