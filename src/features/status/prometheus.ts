import type { Metrics } from "./schema"

/**
 * Prometheus' text format 0.0.4, and OpenMetrics 1.0, which differs in two things: the header of a
 * counter goes without `_total`, and the text ends with a line of its own.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export const prometheusTypes = {
  text: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
} as const
export type PrometheusFormat = keyof typeof prometheusTypes

type Sample = { labels?: string; value: number }
type Family = { name: string; type: "gauge" | "counter"; help: string; samples: Sample[] }

/** The metrics in the base units of Prometheus: bytes and seconds. An unknown cost is left out. */
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
    gauge("agents", "Agents that are defined.", agents.total),
    gauge("agents_running", "Steps that an agent works on now.", agents.running),
    gauge("workflows", "Workflows that are defined.", workflows.total),
    { name: "amelia_runs", type: "gauge", help: "Runs by status.", samples: byStatus },
    gauge("documents", "Documents.", documents.total),
    gauge("documents_indexed", "Documents that can be searched.", documents.indexed),
    gauge("documents_size_bytes", "Size of all documents.", bytes(documents.total_size_mb)),
    gauge("chunks", "Passages of all documents.", documents.chunks),
    gauge("event_queue_size", "Events that wait for subscribers.", event_bus.queue_size),
    gauge("event_queue_max_size", "Most that may wait for one.", event_bus.max_queue_size),
    counter("events_dropped", "Events that slow subscribers lost.", event_bus.dropped),
    counter("llm_calls", "Calls of models.", llm.calls),
    counter("llm_input_tokens", "Tokens sent to models.", llm.input_tokens),
    counter("llm_output_tokens", "Tokens that models gave.", llm.output_tokens),
    { name: "amelia_llm_cost_usd", type: "counter", help: "Cost of models.", samples: cost },
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

/** The name goes without `_total`. */
function counter(name: string, help: string, value: number): Family {
  return { name: `amelia_${name}`, type: "counter", help, samples: [{ value }] }
}

function bytes(megabytes: number): number {
  return Math.round(megabytes * 1024 ** 2)
}
