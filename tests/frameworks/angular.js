// A page made with Angular, compiled in the browser, so that no compiler of Angular's own is needed to build it.
import "@angular/compiler";
import "sms-login";
import {
  CUSTOM_ELEMENTS_SCHEMA,
  Component,
  DestroyRef,
  Directive,
  ElementRef,
  EventEmitter,
  Renderer2,
  inject,
  provideZonelessChangeDetection,
  signal,
} from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";

// A template takes what stands before a colon for the window, the document or the body. So a directive listens, and has outputs.
class SmsLoginEvents {
  signedIn = new EventEmitter();
  signedOut = new EventEmitter();

  constructor() {
    const [renderer, { nativeElement }, destroyed] = [Renderer2, ElementRef, DestroyRef].map((token) => inject(token));
    for (const [kind, output] of Object.entries({ "signed-in": this.signedIn, "signed-out": this.signedOut })) {
      destroyed.onDestroy(renderer.listen(nativeElement, `sms-login:${kind}`, ({ detail }) => output.emit(detail)));
    }
  }
}

Directive({ selector: "sms-login", outputs: ["signedIn", "signedOut"] })(SmsLoginEvents);

class App {
  worker = document.documentElement.dataset.worker;
  shown = signal(true);
  name = signal("One");
  quiet = signal(false);
  who = signal("");

  rename() {
    this.name.set("Two");
    this.quiet.set(true);
  }
}

Component({
  selector: "main",
  imports: [SmsLoginEvents],
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `
    @if (shown()) {
      <sms-login
        [endpoint]="worker"
        [attr.name]="name()"
        [noSignOut]="quiet()"
        (signedIn)="who.set($event.subject)"
        (signedOut)="who.set('')"
      ></sms-login>
    }
    <button id="rename" (click)="rename()">Rename</button>
    <button id="leave" (click)="shown.set(false)">Leave</button>
    <button id="come" (click)="shown.set(true)">Come</button>
    <output id="who">{{ who() }}</output>
  `,
})(App);

await bootstrapApplication(App, { providers: [provideZonelessChangeDetection()] });
