// A precompiled header (P3aHeaders.cmake) belongs to a library, and a library wants a source.
