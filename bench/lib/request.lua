-- For wrk: what each request is, and the totals as one line. Arguments: key, kind, and a number that
-- no other run has. Kinds: "get"; "picture", an instant demo picture; "drawing", a picture through
-- the gateway; "job", a demo picture that is promised and never drawn; "upstream", the same as the gateway asks its upstream for it. Every prompt differs,
-- because equal requests could share a task.
local serial = 0

local bodies = {
  job = '{"size":"64x64","prompt":"a lighthouse, number %s"}',
  picture = '{"size":"64x64","response_format":"b64_json","prompt":"a lighthouse, number %s"}',
  drawing = '{"size":"1024x1024","response_format":"b64_json","prompt":"a lighthouse, number %s"}',
  upstream = '{"prompt":"a lighthouse, number %s","width":1024,"height":1024,"steps":10,"seed":7,' ..
    '"batch_size":1,"model":"Qwen-Image","images":[]}',
}

function init(args)
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  local body = bodies[args[2]]
  if not body then return end
  wrk.headers["Content-Type"] = "application/json"
  if args[2] == "job" then wrk.headers["Prefer"] = "respond-async" end
  local run = args[3]
  request = function()
    serial = serial + 1
    return wrk.format("POST", nil, nil, body:format(run .. "-" .. serial))
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("totals %d %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed, summary.bytes))
end
