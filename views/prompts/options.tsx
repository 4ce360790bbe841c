import { escapeHtml } from "@kitajs/html"
import type { Prompt } from "../../src/features/prompts/schema"

/** What a composer offers after a slash. static/prompts.js puts the chosen text in. */
export function PromptOptions({ prompts }: { prompts: Prompt[] }): JSX.Element {
  return (
    <>
      {prompts.map(({ id, name, body }) => (
        <div
          id={`prompt-option-${id}`}
          {...{ role: "option", tabindex: "-1", "aria-selected": "false" }}
          data-body={escapeHtml(body)}
        >
          <strong safe>{`/${name}`}</strong>
          <span class="muted" safe>
            {body.replace(/\s+/g, " ").slice(0, 120)}
          </span>
        </div>
      ))}
    </>
  )
}
