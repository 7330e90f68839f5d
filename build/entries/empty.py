"""An empty window, which says when it is to be seen. The measure of a quick start; it is not shipped."""

import os
import tkinter
from pathlib import Path

root = tkinter.Tk()
root.title("empty")
root.geometry("400x300")
root.update()
Path(os.environ["FBTOOL_SHOWN"]).touch()
root.destroy()
