import type { Run } from "../../src/features/runs/schema"
import { Icon } from "../icon"
import { Retry } from "./remedy"

type StepErrorProps = { run: Run; node: string; error: string; attempts: number }

/** Why a step failed, and what can be done about it. */
export function StepError({ run, node, error, attempts }: StepErrorProps): JSX.Element {
  const ended = run.errors.find((it) => it.node === node)
  return (
    <div class="callout" data-tone="bad">
      <Icon name="alert" />
      <div>
        {ended ? (
          <p>
            <code safe>{ended.error}</code>
          </p>
        ) : null}
        <p class="error-text" safe>
          {error}
        </p>
        {attempts > 1 && (
          <p class="muted" safe>
            {`It was tried ${attempts} times.`}
          </p>
        )}
        {ended ? <Retry run={run} /> : null}
      </div>
    </div>
  )
}
