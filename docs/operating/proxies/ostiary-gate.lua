-- Asks Ostiary if a request may pass, for HAProxy 2.6 and later: http-request lua.ostiary_gate
local gate = "http://127.0.0.1:8000/api/authorize/login/?haproxy"
local passed_on = { "authorization", "cookie", "accept", "origin", "sec-fetch-site", "sec-fetch-mode", "user-agent" }
local told = { "x-auth-user-id", "x-auth-email", "x-auth-session", "x-auth-groups", "x-auth-time", "remote-user" }

-- The cookies of the application: an application may set others that look like those of Ostiary, so each name is compared.
local function cookies_of_others(lines)
    local kept = {}
    for index = 0, #lines do
        for pair in lines[index]:gmatch("[^;]+") do
            local text = pair:match("^%s*(.-)%s*$")
            local name = text:gsub("^__Host%-", ""):gsub("^__Secure%-", "")
            if text ~= "" and name:sub(1, 8) ~= "ostiary-" then table.insert(kept, text) end
        end
    end
    return table.concat(kept, "; ")
end

core.register_action("ostiary_gate", { "http-req" }, function(txn)
    local client, asked = txn.http:req_get_headers(), {}
    for _, name in ipairs(passed_on) do
        for _, value in pairs(client[name] or {}) do asked[name] = asked[name] or {}; table.insert(asked[name], value) end
    end
    asked["host"], asked["x-forwarded-for"] = { txn.f:req_fhdr("host") }, { txn.f:src() }
    asked["x-forwarded-method"], asked["x-forwarded-uri"] = { txn.f:method() }, { txn.f:pathq() }
    local answer = core.httpclient():get{ url = gate, headers = asked } or { status = 503, headers = {} }
    local function field(name) return (answer.headers[name] or {})[0] or "" end
    if answer.status == 204 then
        if client["cookie"] then txn.http:req_set_header("cookie", cookies_of_others(client["cookie"])) end
        for _, name in ipairs(told) do txn.http:req_set_header(name, field(name)) end
        return txn:set_var("txn.ostiary_cookie", field("set-cookie"))
    end
    local known = { [303] = true, [401] = true, [403] = true }
    local reply = txn:reply{ status = known[answer.status] and answer.status or 503, body = answer.body }
    for _, name in ipairs({ "location", "www-authenticate", "content-type" }) do
        if field(name) ~= "" then reply:add_header(name, field(name)) end
    end
    txn:done(reply)
end)
