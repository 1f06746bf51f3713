// A page made with React: the element's attributes and properties are its own, and so are its events.
import "sms-login";
import { useState } from "react";
import { createRoot } from "react-dom/client";

const { worker } = document.documentElement.dataset;

function App() {
  const [shown, setShown] = useState(true);
  const [name, setName] = useState("One");
  const [quiet, setQuiet] = useState(false);
  const [who, setWho] = useState("");
  const rename = () => {
    setName("Two");
    setQuiet(true);
  };
  return (
    <>
      {shown && (
        <sms-login
          endpoint={worker}
          name={name}
          noSignOut={quiet}
          onsms-login:signed-in={({ detail }) => setWho(detail.subject)}
          onsms-login:signed-out={() => setWho("")}
        />
      )}
      <button id="rename" onClick={rename}>Rename</button>
      <button id="leave" onClick={() => setShown(false)}>Leave</button>
      <button id="come" onClick={() => setShown(true)}>Come</button>
      <output id="who">{who}</output>
    </>
  );
}

createRoot(document.querySelector("main")).render(<App />);
