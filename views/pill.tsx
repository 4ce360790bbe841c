import { Icon, type IconName } from "./icon"

/** neutral: not started; active: running; attention: waiting; good and bad: ended. */
export type Tone = "neutral" | "active" | "attention" | "good" | "bad"

/** A state as colour, icon and word, so that nobody depends on seeing one of them. */
export type Badge = { label: string; tone: Tone; icon: IconName | "spinner" }

export function Pill({ label, tone, icon }: Badge): JSX.Element {
  return (
    <span class="pill" data-tone={tone}>
      <Mark icon={icon} />
      <span safe>{label}</span>
    </span>
  )
}

/** Only the icon of a state. The text next to it must name the state. */
export function StateMark({ label, tone, icon }: Badge): JSX.Element {
  return (
    <span class="mark" data-tone={tone}>
      <Mark icon={icon} />
      <span class="hidden-text" safe>
        {label}
      </span>
    </span>
  )
}

function Mark({ icon }: { icon: Badge["icon"] }): JSX.Element {
  return icon === "spinner" ? (
    <span class="spinner" aria-hidden="true"></span>
  ) : (
    <Icon name={icon} />
  )
}
