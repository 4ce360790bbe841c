import { isAbsolute } from "node:path"
import type { Logger } from "pino"
import type { Config } from "../../config/config"
import { AppError } from "../../errors"
import type { Policy, Sandbox } from "./policy"
import { type Trial, trySandbox } from "./trial"

/** Confines programs as the setting SANDBOX says. */
export type Sandboxes = {
  /** Whether it works here. Tried once, when it is first asked for. */
  trial(): Promise<Trial>
  /**
   * The sandbox for a program, which hides Amelia's own files as well; undefined if it is to run
   * without one: then nothing is asked for its policy. Throws a ConfigurationError if it must have one and none works.
   */
  confine(policyOf: () => Policy | Promise<Policy>): Promise<Sandbox | undefined>
}

type Settings = Pick<Config, "sandbox" | "programEnv" | "home" | "given">

export function createSandboxes(settings: Settings, log?: Logger): Sandboxes {
  const { sandbox: mode, programEnv, home, given } = settings
  // Files of settings hold keys, and lie wherever the user wants them.
  const own = [home, ...Object.values(given).flatMap(({ source }) => source)].filter(isAbsolute)
  let tried: Promise<Trial> | undefined
  const trial = () => {
    tried ??= trySandbox(programEnv.PATH).then((trial) => {
      const { program, found, mend } = trial
      if (!program) log?.warn({ module: "children", event: "sandbox.unusable", found, mend })
      return trial
    })
    return tried
  }
  return {
    trial,
    async confine(policyOf) {
      if (mode === "off") return undefined
      const { program, found, mend } = await trial()
      if (program) {
        const policy = await policyOf()
        return { ...policy, hidden: [...policy.hidden, ...own], program }
      }
      if (mode === "auto") return undefined
      const sentence = `SANDBOX is required, but there is no sandbox. ${found} ${mend ?? ""}`.trim()
      throw new AppError("ConfigurationError", sentence)
    },
  }
}
