// Repeats a task for as long as someone looks at the page.
//
// The task returns how many milliseconds to wait before its next run; runs never overlap. The
// returned function asks for a run at once.
export function poll(task) {
  let timer = 0;
  let running = false;
  let asked = false;

  async function run() {
    asked = true;
    if (running || document.hidden) return;
    running = true;
    let wait = 1000;
    clearTimeout(timer);
    asked = false;
    try {
      wait = await task();
    } catch (error) {
      console.error(error);
    }
    running = false;
    timer = setTimeout(run, asked ? 0 : wait);
  }

  document.addEventListener('visibilitychange', run);
  run();
  return run;
}
