// What does React's JSX know of <sms-login>? `import type {} from "sms-login/react"` tells it.
//
// Not here: the element itself (sms-login.d.ts).
import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { SmsLoginElement } from "./sms-login.js";

type SmsLoginAttributes = Partial<Pick<SmsLoginElement, "endpoint" | "name" | "theme" | "ticket" | "maxAge" | "field" | "noSignOut" | "calls" | "email" | "noPasskeys" | "required" | "texts">>;

/** React listens to `sms-login:…` where a property is named `onsms-login:…`. */
type SmsLoginListeners = {
  [Kind in keyof GlobalEventHandlersEventMap as Kind extends `sms-login:${string}` ? `on${Kind}` : never]?: (
    event: GlobalEventHandlersEventMap[Kind],
  ) => void;
};

// In here, names of React's own would hide names such as `Attributes`.
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "sms-login": DetailedHTMLProps<HTMLAttributes<SmsLoginElement>, SmsLoginElement> & SmsLoginAttributes & SmsLoginListeners;
    }
  }
}
