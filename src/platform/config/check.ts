import { type SettingName, settingOf } from "./settings"

/** Returns the parsed value, or what is wrong with the text, to follow the setting's name. */
export function checkValue(
  name: SettingName,
  text: string,
): { value: unknown } | { wrong: string } {
  const { schema, secret } = settingOf(name)
  const result = schema.safeParse(text)
  if (result.success) return { value: result.data }
  const accepted = result.error.issues[0]?.message ?? "something else"
  const shown = secret ? "the value, not shown here," : `"${withoutPassword(text)}"`
  return { wrong: `${shown} is wrong: it must be ${accepted}` }
}

function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/, "//…@")
}
