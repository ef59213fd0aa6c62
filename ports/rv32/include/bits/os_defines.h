// libstdc++ asks for an operating system's particulars here; there is no operating system.
#pragma once
