import type { Metrics } from "./schema"

/**
 * Prometheus' text format 0.0.4, and OpenMetrics 1.0, which differs in two ways: a counter's header
 * leaves out `_total`, and the text ends with `# EOF`.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const prometheusTypes = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
} as const
export type PrometheusFormat = keyof typeof prometheusTypes

type Sample = { labels?: string; value: number }
type Family = { name: string; type: "gauge" | "counter"; help: string; samples: Sample[] }

/** Formats the metrics in Prometheus' base units, bytes and seconds. Omits an unknown cost. */
export function prometheusText(metrics: Metrics, format: PrometheusFormat): string {
  const text = families(metrics).map((family) => familyText(family, format))
  return `${text.join("")}${format === "openmetrics" ? "# EOF\n" : ""}`
}

function familyText({ name, type, help, samples }: Family, format: PrometheusFormat): string {
  const sampled = type === "counter" ? `${name}_total` : name
  const family = format === "openmetrics" ? name : sampled
  const lines = samples.map(({ labels = "", value }) => `${sampled}${labels} ${value}\n`)
  return `# HELP ${family} ${help}\n# TYPE ${family} ${type}\n${lines.join("")}`
}

function families(metrics: Metrics): Family[] {
  const { agents, workflows, runs, documents, event_bus, llm, process } = metrics
  const byStatus = Object.entries(runs).map(([status, value]) => ({
    labels: `{status="${status}"}`,
    value,
  }))
  const cost = llm.cost_usd === null ? [] : [{ value: llm.cost_usd }]
  return [
    gauge("agents", "Defined agents.", agents.total),
    gauge("agents_running", "Agent steps running now.", agents.running),
    gauge("workflows", "Defined workflows.", workflows.total),
    { name: "amelia_runs", type: "gauge", help: "Runs by status.", samples: byStatus },
    gauge("documents", "Documents.", documents.total),
    gauge("documents_indexed", "Documents that can be searched.", documents.indexed),
    gauge("documents_size_bytes", "Size of all documents.", bytes(documents.total_size_mb)),
    gauge("chunks", "Passages of all documents.", documents.chunks),
    gauge("event_queue_size", "Events waiting for subscribers.", event_bus.queue_size),
    gauge(
      "event_queue_max_size",
      "Most events that may wait for one subscriber.",
      event_bus.max_queue_size,
    ),
    counter("events_dropped", "Events that slow subscribers lost.", event_bus.dropped),
    counter("llm_calls", "Model calls.", llm.calls),
    counter("llm_input_tokens", "Tokens sent to models.", llm.input_tokens),
    counter("llm_output_tokens", "Tokens received from models.", llm.output_tokens),
    { name: "amelia_llm_cost_usd", type: "counter", help: "Cost of model calls.", samples: cost },
    gauge("process_resident_memory_bytes", "Resident memory.", bytes(process.rss_mb)),
    gauge("process_uptime_seconds", "Time since the start.", process.uptime_s),
    gauge(
      "event_loop_delay_seconds",
      "Mean delay of the event loop since the last reading.",
      process.event_loop_delay_ms / 1000,
    ),
  ]
}

function gauge(name: string, help: string, value: number): Family {
  return { name: `amelia_${name}`, type: "gauge", help, samples: [{ value }] }
}

/** `name` leaves out `_total`. */
function counter(name: string, help: string, value: number): Family {
  return { name: `amelia_${name}`, type: "counter", help, samples: [{ value }] }
}

function bytes(megabytes: number): number {
  return Math.round(megabytes * 1024 ** 2)
}
