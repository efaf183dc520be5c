// SPDX-License-Identifier: Apache-2.0

extension Asset {
    /// The script of the pages. Every page works without it.
    static let scriptText = """
        "use strict";
        // A page that leads on: its own address may have a fragment, which no server has seen.
        for (const link of document.querySelectorAll("a[data-onward]")) location.replace(link.href + location.hash);
        // A button beside each block of code that copies it.
        for (const block of document.querySelectorAll("pre")) {
          if (!navigator.clipboard) break;
          const button = document.createElement("button");
          button.type = "button";
          button.className = "copy";
          button.textContent = "Copy";
          button.addEventListener("click", async () => {
            await navigator.clipboard.writeText(block.innerText);
            button.textContent = "Copied";
            setTimeout(() => { button.textContent = "Copy"; }, 1500);
          });
          const frame = document.createElement("div");
          frame.className = "copyable";
          block.replaceWith(frame);
          frame.append(block, button);
        }
        // Times in the zone and the words of the reader; the title keeps the time in UTC.
        for (const time of document.querySelectorAll("time[datetime]")) {
          const moment = new Date(time.dateTime);
          if (!isNaN(moment)) time.textContent = moment.toLocaleString(undefined, {dateStyle: "medium", timeStyle: "medium"});
        }
        // A box in the head of a table that ticks all boxes of its rows.
        for (const head of document.querySelectorAll("table[data-tick-all] thead th:first-child")) {
          const boxes = [...head.closest("table").querySelectorAll("tbody input[type=checkbox]")];
          if (boxes.length === 0) continue;
          const label = document.createElement("label"), box = document.createElement("input"), name = document.createElement("span");
          label.className = "tick";
          box.type = "checkbox";
          name.className = "hidden";
          name.textContent = "Select all rows of this page";
          box.addEventListener("change", () => { for (const other of boxes) other.checked = box.checked; });
          label.append(box, name);
          head.prepend(label);
        }
        // A button that shows what is typed as a password for somebody else.
        for (const field of document.querySelectorAll("input[data-showable]")) {
          const button = document.createElement("button");
          button.type = "button";
          button.className = "quiet";
          button.textContent = "Show";
          button.setAttribute("aria-pressed", "false");
          button.addEventListener("click", () => {
            field.type = field.type === "password" ? "text" : "password";
            button.setAttribute("aria-pressed", String(field.type === "text"));
          });
          field.after(button);
        }
        // Ctrl+Enter sends what is being written.
        document.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
        });

        """
}
