"""An empty window: the measure of a quick start. It is not shipped."""

import tkinter

root = tkinter.Tk()
root.title("empty")
root.geometry("400x300")
root.mainloop()
