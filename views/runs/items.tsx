import type { Run, Step } from "../../src/features/runs/schema"
import { titleOf } from "../../src/platform/shapes/map-item"
import { StateMark } from "../pill"
import { Elapsed } from "../time"
import { nodeHref, swapRun } from "./href"
import { statusBadge } from "./status"

/** One item of a map, and its step if it has started. */
export type MapItem = { index: number; title: string; step: Step | undefined }

/** Returns the items of a map, with the steps of its last revision. */
export function itemsOf(run: Run, node: string, steps: Step[]): MapItem[] {
  const { items } = Object(run.nodes[node]?.input)
  if (!Array.isArray(items)) return []
  const own = steps.filter((step) => step.node === node)
  const newest = Math.max(...own.map(({ iteration }) => iteration))
  return items.map((item, index) => ({
    index,
    title: titleOf(item),
    step: own.find((step) => step.iteration === newest && step.map_index === index),
  }))
}

/** A running step counts as waiting while its run is waiting. */
export function itemStatus(run: Run, { step }: MapItem) {
  const status = step?.status ?? "pending"
  return status === "running" && run.status === "waiting" ? "waiting" : status
}

type ItemListProps = { run: Run; node: string; items: MapItem[] }

export function ItemList({ run, node, items }: ItemListProps): JSX.Element {
  if (items.length === 0) return ""
  const done = items.filter(({ step }) => step?.status === "completed").length
  return (
    <section class="items" aria-labelledby="items-head">
      <h3 id="items-head">
        Items <span class="muted number" safe>{`${done} of ${items.length} done`}</span>
      </h3>
      <ol tabindex="0" aria-labelledby="items-head">
        {items.map((item) => {
          const href = nodeHref(run, node, { item: item.index })
          const badge = statusBadge(itemStatus(run, item))
          return (
            <li id={`item-${item.index}`}>
              <StateMark {...badge} />
              <a href={href} {...swapRun(href)} safe>
                {`${item.index + 1}. ${item.title}`}
              </a>
              <span class="muted" safe>
                {badge.label}
              </span>
              {item.step?.started_at ? (
                <span class="muted number">
                  <Elapsed from={item.step.started_at} to={item.step.completed_at} />
                </span>
              ) : null}
            </li>
          )
        })}
      </ol>
    </section>
  )
}
