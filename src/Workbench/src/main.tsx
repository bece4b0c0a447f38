import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { resumeUnsent } from "./corrections/sessions.ts";
import "./ui/style.css";

addEventListener("online", resumeUnsent);
createRoot(document.getElementById("root")!).render(<App />);
