import { escapeHtml } from "@kitajs/html"
import type { Agent } from "../../src/features/agents/schema"
import type { Run } from "../../src/features/runs/schema"
import { permissionModes, standardSession } from "../../src/platform/shapes/agent"

const modeNotes: Record<(typeof permissionModes)[number], string> = {
  acceptEdits: "may read and edit files",
  dontAsk: "only the tools allowed below",
  plan: "reads and plans, changes nothing",
}

/** Fields of claude_code agents. The page shows them once that type is chosen. */
export function SessionFields({ config }: { config: Agent["config"] | undefined }): JSX.Element {
  const tools = config?.allowed_tools ?? []
  return (
    <fieldset class="session-fields">
      <legend>Claude Code</legend>
      <div class="field-row">
        <div class="field">
          <label for="permission_mode">Permissions</label>
          <select id="permission_mode" name="permission_mode">
            {config?.permission_mode ? null : <option value="">Default</option>}
            {permissionModes.map((mode) => (
              <option value={mode} selected={mode === config?.permission_mode} safe>
                {`${mode}: ${modeNotes[mode]}`}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="max_turns">Maximum turns</label>
          <input
            id="max_turns"
            name="max_turns"
            type="number"
            min="1"
            max="1000"
            placeholder={String(standardSession.max_turns)}
            value={config?.max_turns === undefined ? undefined : String(config.max_turns)}
          />
        </div>
      </div>
      <div class="field">
        <label for="allowed_tools">Allowed tools, one per line</label>
        <textarea
          id="allowed_tools"
          name="allowed_tools"
          rows="3"
          aria-describedby="allowed_tools-note"
          placeholder="Bash(npm test)"
          safe
        >
          {tools.join("\n")}
        </textarea>
        <p class="muted" id="allowed_tools-note">
          It never asks while it works: any other command is denied and logged.
        </p>
      </div>
    </fieldset>
  )
}

/** The repository to work in, and whether to continue the last session. */
export function SessionStart({ newest }: { newest: Run | undefined }): JSX.Element {
  const isOver = newest && newest.completed_at !== null
  return (
    <>
      <div class="field">
        <label for="start-repo">Repository</label>
        <input
          id="start-repo"
          name="repo"
          type="text"
          required
          autocomplete="off"
          placeholder="/home/you/project"
          value={escapeHtml(newest?.input.repo ?? "")}
        />
      </div>
      {isOver && newest.input.repo ? (
        <label class="tick-line">
          <input type="checkbox" name="resume" value={newest.id} />
          <span>Continue the session of its latest run</span>
        </label>
      ) : null}
    </>
  )
}
