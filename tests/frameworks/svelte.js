// A page made with Svelte. Not here: what is in it (App.svelte).
import "sms-login";
import { mount } from "svelte";
import App from "./App.svelte";

mount(App, { target: document.querySelector("main") });
