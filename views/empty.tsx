import type { Children } from "@kitajs/html"
import { Icon, type IconName } from "./icon"

type EmptyProps = { icon: IconName; title: string; children: Children }

/** Shown instead of an empty list: what belongs here, and what to do next. */
export function Empty({ icon, title, children }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <Icon name={icon} />
      <p class="empty-title" safe>
        {title}
      </p>
      <p class="muted">{children}</p>
    </div>
  )
}
