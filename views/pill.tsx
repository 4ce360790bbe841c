import { Icon, type IconName } from "./icon"

/** neutral: not begun; active: at work; attention: waits for something; good and bad: ended. */
export type Tone = "neutral" | "active" | "attention" | "good" | "bad"

/** A state as colour, picture and word, so that none of them has to be seen. */
export type Badge = { label: string; tone: Tone; icon: IconName | "spinner" }

export function Pill({ label, tone, icon }: Badge): JSX.Element {
  return (
    <span class="pill" data-tone={tone}>
      <Mark icon={icon} />
      <span safe>{label}</span>
    </span>
  )
}

/** Only the picture of a state; what stands beside it must say the state in words. */
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
