import type { KnownModel } from "../../src/engines/models/schema"
import type { Setting, Settings } from "../../src/features/settings/schema"
import { Field } from "../agents/form"
import { posted } from "../form"

type ModelFormProps = { models: KnownModel[]; settings: Settings; automatic: string }

/** The model that answers if nobody chose one. */
export function ModelForm({ models, settings, automatic }: ModelFormProps): JSX.Element {
  const { default_model: chosen } = settings
  const isChanged = chosen.value !== chosen.configured
  const usable = models.filter((model) => model.usable).map(({ id }) => id)
  const ids = new Set(["auto", ...usable, ...(isChanged ? [String(chosen.value)] : [])])
  const described = (id: string) => (id === "auto" ? `auto, currently ${automatic}` : id)
  return (
    <form class="fields" {...posted("/settings")}>
      <div class="field-row">
        <div class="field">
          <label for="default_model">Default model</label>
          <select id="default_model" name="default_model" aria-describedby="default_model-note">
            <option value="" safe>
              {`As configured: ${described(String(chosen.configured))}`}
            </option>
            {[...ids].map((id) => (
              <option value={id} selected={isChanged && id === chosen.value} safe>
                {described(id)}
              </option>
            ))}
          </select>
        </div>
        <SettingField
          name="default_max_tokens"
          settings={settings}
          label="Maximum answer length, in tokens"
        />
      </div>
      <p class="muted" id="default_model-note">
        <code>auto</code> picks the first usable provider in the order above, currently{" "}
        <code safe>{automatic}</code>.
      </p>
      <button class="button primary" type="submit">
        Save
      </button>
    </form>
  )
}

const bodiesText: Record<string, string> = {
  true: "kept for those days",
  false: "deleted when a step ends",
}

export function LimitsForm({ settings }: { settings: Settings }): JSX.Element {
  const { record_bodies: bodies } = settings
  const isChanged = bodies.value !== bodies.configured
  return (
    <form class="fields" {...posted("/settings")}>
      <div class="field-row">
        <SettingField
          {...{ name: "budget_run_usd", settings, label: "Maximum cost per run, in USD" }}
          placeholder="No limit"
        />
        <SettingField
          {...{ name: "budget_day_usd", settings, label: "Maximum cost per day, in USD" }}
          placeholder="No limit"
        />
      </div>
      <div class="field-row">
        <SettingField
          {...{ name: "retention_days", settings, label: "Days to keep records of finished runs" }}
          note="Checkpoints, prompts, answers, logs and events. 0 keeps them forever."
        />
        <div class="field">
          <label for="record_bodies">Prompts and answers of models</label>
          <select id="record_bodies" name="record_bodies">
            <option value="" safe>
              {`As configured: ${bodiesText[String(bodies.configured)]}`}
            </option>
            {Object.entries(bodiesText).map(([value, text]) => (
              <option value={value} selected={isChanged && value === String(bodies.value)} safe>
                {text}
              </option>
            ))}
          </select>
        </div>
      </div>
      <p class="muted">An empty field uses the configured value.</p>
      <button class="button primary" type="submit">
        Save
      </button>
    </form>
  )
}

type SettingFieldProps = {
  name: "budget_run_usd" | "budget_day_usd" | "retention_days" | "default_max_tokens"
  settings: Settings
  label: string
  note?: string
  placeholder?: string
}

/** An empty field means the configured value, which is its placeholder. */
function SettingField({ settings, placeholder, ...field }: SettingFieldProps): JSX.Element {
  const { value, configured, source }: Setting = settings[field.name]
  const isChanged = value !== configured
  return (
    <Field
      {...field}
      type="number"
      min="0"
      step="any"
      value={isChanged && value !== null ? String(value) : undefined}
      placeholder={configured === null ? placeholder : `${configured}, from ${source}`}
    />
  )
}
