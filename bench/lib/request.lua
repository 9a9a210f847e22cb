-- For wrk: what each request is, and the totals as one line. Arguments: key, then "picture" for the
-- POST of an instant demo picture; every prompt differs, because equal requests could share a task.
local serial = 0

function init(args)
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  if args[2] ~= "picture" then return end
  wrk.headers["Content-Type"] = "application/json"
  request = function()
    serial = serial + 1
    local body = '{"size":"64x64","response_format":"b64_json","prompt":"a lighthouse, number ' .. serial .. '"}'
    return wrk.format("POST", nil, nil, body)
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("totals %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), failed))
end
