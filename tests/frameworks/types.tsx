// What does TypeScript make of the element, in plain pages and in React's? It is compiled and never run.
import type { SmsLoginSession } from "sms-login";
import type {} from "sms-login/react";

const element = document.createElement("sms-login");
element.addEventListener("sms-login:signed-in", ({ detail }) => detail.subject.toUpperCase());
document.addEventListener("sms-login:problem", ({ detail }) => detail.retryAfter?.toFixed());
document.querySelector("sms-login")?.prove("token");
element.noSignOut = true;
const session: SmsLoginSession | null = element.session;
session?.ends_at.toFixed();

// @ts-expect-error Only the person changes what is asked for.
element.state = "code";
// @ts-expect-error There is no such event.
element.addEventListener("sms-login:signed-inn", ({ detail }) => detail);
// @ts-expect-error The code is in no event.
element.addEventListener("sms-login:code-sent", ({ detail }) => detail.code);

export const inReact = (
  <sms-login
    name="Example"
    theme="dark"
    required
    noSignOut
    className="login"
    ref={(it) => it?.reset()}
    onsms-login:signed-in={({ detail }) => detail.subject.toUpperCase()}
  />
);
// @ts-expect-error A name is text.
export const notInReact = <sms-login name={1} />;
