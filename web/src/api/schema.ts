/** Made by `npm run types:generate` from openapi.json; a test fails when it is stale. */

export interface paths {
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
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A text to answer with. */
        QuickAnswer: {
            /** Format: int64 */
            id: number;
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
            /** Format: int64 */
            created_ms: number;
        };
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
                    /** @description Absent: the caller. */
                    USER_ID?: unknown;
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
                        result: unknown;
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
                    /** @description `online`, `away`, `pause` or `offline`. */
                    STATUS?: unknown;
                    /** @description What colleagues see. */
                    REASON?: unknown;
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
                        result: unknown;
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
                    SESSION_ID?: unknown;
                    /** @description The chat's last session; passed over when `SESSION_ID` is given. */
                    CHAT_ID?: unknown;
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
                        result: unknown;
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
}
