// Removed when the folder has its first source.
