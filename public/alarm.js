// A page in the background is woken late; a worker is not. Says so many milliseconds later that they are over.
let alarm;
onmessage = ({ data }) => {
  clearTimeout(alarm);
  alarm = setTimeout(() => postMessage(null), data);
};
