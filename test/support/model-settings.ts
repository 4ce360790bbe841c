import { noModels } from "./process"

/** The settings of a registry that finds nothing on this machine. */
export const modelSettings = {
  ...{ defaultModel: "auto", providerConcurrency: 8 },
  ...{ ollamaBaseUrl: noModels.OLLAMA_BASE_URL, claudeCodePath: noModels.CLAUDE_CODE_PATH },
  ...{ claudeCodeTimeout: 300, programEnv: {}, programUmask: 0o022 },
}
