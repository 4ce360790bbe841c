import type {
  ProviderTest,
  ProviderTestInput,
  Settings,
  SettingsChange,
} from "../../features/settings/schema"
import { type Endpoint, json } from "./http"

export function settingsClient(endpoint: Endpoint) {
  const root = "/api/settings"
  return {
    getSettings: () => json<Settings>(endpoint, root),
    changeSettings: (body: SettingsChange) =>
      json<Settings>(endpoint, root, { method: "PATCH", body }),
    testProvider: (name: string, body: ProviderTestInput = {}) => {
      const path = `${root}/providers/${encodeURIComponent(name)}/test`
      return json<ProviderTest>(endpoint, path, { method: "POST", body })
    },
  }
}
