// SPDX-License-Identifier: Apache-2.0

extension Asset {
    /// The script of the pages. Every page works without it.
    static let scriptText = """
        "use strict";
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
        // Ctrl+Enter sends what is being written.
        document.addEventListener("keydown", (event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
        });

        """
}
