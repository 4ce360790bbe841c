import type { KnownModel } from "../../src/engines/models/schema"
import type { AuditEntry } from "../../src/features/audit/schema"
import type { ProviderState, ProviderTest, Settings } from "../../src/features/settings/schema"
import type { Frame } from "../../src/platform/http/schema"
import { Layout } from "../layout"
import { AllSettings, type SettingsSection } from "./all"
import { Audit } from "./audit"
import { LimitsForm, ModelForm } from "./forms"
import { Providers } from "./providers"

export type SettingsPageProps = Frame & {
  providers: ProviderState[]
  models: KnownModel[]
  settings: Settings
  sections: SettingsSection[]
  /** The id of the model that `auto` currently means. */
  automatic: string
  /** The file for settings that can't be changed on this page. */
  config_file: string
  /** Newest first. */
  audit: AuditEntry[]
  /** The result of the test that was just run. */
  tested?: ProviderTest
}

export function SettingsPage(props: SettingsPageProps): JSX.Element {
  const { providers, models, settings, sections, automatic, config_file, audit, tested, ...frame } =
    props
  return (
    <Layout title="Settings" current="settings" {...frame}>
      <header class="page-head">
        <h1>Settings</h1>
        <p class="lead">Which models answer, what they may cost, and how long records are kept.</p>
      </header>
      <Providers {...{ providers, tested }} />
      <section class="panel" aria-labelledby="model-head">
        <h2 id="model-head">Default model</h2>
        <ModelForm {...{ models, settings, automatic }} />
      </section>
      <section class="panel" aria-labelledby="limits-head">
        <h2 id="limits-head">Budgets and retention</h2>
        <LimitsForm settings={settings} />
      </section>
      <Audit entries={audit} />
      <AllSettings {...{ settings, sections, config_file }} />
    </Layout>
  )
}
