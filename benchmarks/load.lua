-- wrk: sends each prepared webhook once, and tells at the end what came of it, as one line of JSON.
local requests, count, number = {}, 0, 0

function init(args)
  local path = wrk.path
  for line in io.lines(args[1]) do
    local old, new, body = line:match("^(%x+) (%x+) (.*)$")
    count = count + 1
    requests[count] = "POST " .. path .. " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      .. "X-Hub-Signature: sha1=" .. old .. "\r\nX-Hub-Signature-256: sha256=" .. new .. "\r\nContent-Length: "
      .. #body .. "\r\n\r\n" .. body
  end
end

function request()
  number = number % count + 1
  return requests[number]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"timeouts":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write,
    errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
