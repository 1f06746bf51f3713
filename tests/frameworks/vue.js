// A page made with Vue. Not here: what is in it (App.vue).
import "sms-login";
import { createApp } from "vue";
import App from "./App.vue";

createApp(App).mount("main");
