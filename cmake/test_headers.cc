// The precompiled header of the tests (P3aRoom.cmake) belongs to a library, and a library wants a
// source.
