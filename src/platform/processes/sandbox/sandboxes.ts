import { isAbsolute } from "node:path"
import type { Logger } from "pino"
import type { Config } from "../../config/config"
import { AppError } from "../../errors"
import type { Policy, Sandbox } from "./policy"
import { type Trial, trySandbox } from "./trial"

export type Sandboxes = {
  /** Tests whether sandboxing works here. Runs once, on first use. */
  trial(): Promise<Trial>
  /**
   * Also hides Amelia's own files. Returns undefined, without calling `policyOf`, if the program
   * runs without a sandbox. Throws ConfigurationError if a required one doesn't work.
   */
  confine(policyOf: () => Policy | Promise<Policy>): Promise<Sandbox | undefined>
}

type Settings = Pick<Config, "sandbox" | "programEnv" | "home" | "given">

export function createSandboxes(settings: Settings, log?: Logger): Sandboxes {
  const { sandbox: mode, programEnv, home, given } = settings
  // Settings files contain keys, and can be anywhere.
  const own = [home, ...Object.values(given).flatMap(({ source }) => source)].filter(isAbsolute)
  let tried: Promise<Trial> | undefined
  const trial = () => {
    tried ??= trySandbox(programEnv.PATH).then((trial) => {
      const { program, found, fix } = trial
      if (!program) log?.warn({ module: "children", event: "sandbox.unusable", found, fix })
      return trial
    })
    return tried
  }
  return {
    trial,
    async confine(policyOf) {
      if (mode === "off") return undefined
      const { program, found, fix } = await trial()
      if (program) {
        const policy = await policyOf()
        return { ...policy, hidden: [...policy.hidden, ...own], program }
      }
      if (mode === "auto") return undefined
      const sentence = `SANDBOX=required, but no sandbox works here. ${found} ${fix ?? ""}`.trim()
      throw new AppError("ConfigurationError", sentence)
    },
  }
}
