-- Asks Tokenry about a request: `http-request lua.tokenry PERMISSION`. HAProxy 2.5 or newer.
local TOKENRY = "http://127.0.0.1:3000/forward-auth?permission="
local IDENTITY = {
    "x-auth-token-id", "x-auth-token-name", "x-auth-owner-id", "x-auth-permissions", "x-auth-permissions-omitted",
}
local REFUSAL = { "www-authenticate", "x-auth-verdict", "retry-after" }

local function ask(txn, permission)
    local brought = txn.http:req_get_headers()
    local answer = core.httpclient():get {
        url = TOKENRY .. permission,
        headers = {
            ["authorization"] = brought["authorization"],
            ["user-agent"] = brought["user-agent"],
            ["x-forwarded-for"] = { txn.f:src() },
        },
        timeout = 2000,
    }
    local headers = answer.headers or {}
    if answer.status == 200 then
        for _, name in ipairs(IDENTITY) do
            txn.http:req_set_header(name, headers[name] and headers[name][0] or "")
        end
        return
    end
    -- Without an answer nobody gets in.
    local is_refused = answer.status == 401 or answer.status == 403
    local reply = txn:reply { status = is_refused and answer.status or 503 }
    for _, name in ipairs(REFUSAL) do
        if headers[name] then reply:add_header(name, headers[name][0]) end
    end
    txn:done(reply)
end

core.register_action("tokenry", { "http-req" }, ask, 1)
