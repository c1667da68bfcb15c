-- Run by wrk. Prints the figures of the whole run as one line of key=value pairs, times in microseconds.
local body = ${post}
if body > 0 then
  wrk.method = "POST"
  wrk.body = string.rep("x", body)
end

function done(summary, latency, requests)
  local e = summary.errors
  print(string.format(
    "figures requests=%d duration=%d bytes=%d connect=%d read=%d write=%d timeout=%d status=%d p50=%d p99=%d max=%d",
    summary.requests, summary.duration, summary.bytes, e.connect, e.read, e.write, e.timeout, e.status,
    latency:percentile(50), latency:percentile(99), latency.max))
end
