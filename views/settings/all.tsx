import type { Setting, Settings } from "../../src/features/settings/schema"

export type SettingsSection = { title: string; names: (keyof Settings)[] }

type AllSettingsProps = { settings: Settings; sections: SettingsSection[]; config_file: string }

/** Every setting with its value and the source of that value. */
export function AllSettings({ settings, sections, config_file }: AllSettingsProps): JSX.Element {
  return (
    <section aria-labelledby="all-head">
      <h2 id="all-head">All settings</h2>
      <p class="muted">
        Most are read at startup from <code safe>{config_file}</code>, the environment and the
        command line. The later of these overrides the earlier.
      </p>
      {sections.map(({ title, names }) => (
        <details class="panel fold">
          <summary>
            <h3 safe>{title}</h3>
          </summary>
          <dl class="settings">
            {names.map((name) => (
              <SettingLine name={name} setting={settings[name]} />
            ))}
          </dl>
        </details>
      ))}
    </section>
  )
}

function SettingLine({ name, setting }: { name: string; setting: Setting }): JSX.Element {
  const { value, source, meaning } = setting
  return (
    <div>
      <dt>
        <code safe>{name.toUpperCase()}</code>
      </dt>
      <dd class="setting-value" safe>
        {textOf(value)}
      </dd>
      <dd class="muted" safe>
        {meaning}
      </dd>
      <dd class="muted setting-source" safe>
        {value === null ? "" : `from ${source}`}
      </dd>
    </div>
  )
}

function textOf(value: Setting["value"]): string {
  if (value === null) return "not set"
  if (Array.isArray(value)) return value.join(", ") || "none"
  return String(value)
}
