import { discoveryDesignPlanning } from "./presets/discovery-design-planning"
import { reviewedPlanning } from "./presets/reviewed-planning"
import type { Preset } from "./schema"

export const presets: readonly Preset[] = [discoveryDesignPlanning, reviewedPlanning]

export function findPreset(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name)
}
