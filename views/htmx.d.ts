/** Attributes of htmx 4 that are missing in the types of @kitajs/html (made for htmx 2). */
declare namespace JSX {
  interface IntrinsicElements {
    "hx-partial": HtmlTag
  }
  interface HtmlTag {
    "hx-action"?: string
    "hx-method"?: string
    "hx-ignore"?: boolean
    "hx-config"?: string
    "hx-morph-skip"?: boolean
    "hx-morph-skip-children"?: boolean
    "hx-history-elt"?: boolean
    "hx-disable"?: string | boolean
  }
}
