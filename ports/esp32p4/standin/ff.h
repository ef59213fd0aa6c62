#pragma once
#include <cstdint>
extern "C" {
typedef unsigned int UINT;
typedef unsigned char BYTE;
typedef uint16_t WORD;
typedef uint32_t DWORD;
typedef char TCHAR;
typedef DWORD FSIZE_t;
typedef DWORD LBA_t;
#define FF_MIN_SS 512
#define FF_MAX_SS 512
typedef struct {
  BYTE pdrv;
  WORD csize;
  DWORD n_fatent;
  LBA_t winsect;
  BYTE win[FF_MAX_SS];
} FATFS;
typedef struct {
  FATFS* fs;
  DWORD sclust;
  FSIZE_t objsize;
} FFOBJID;
typedef struct {
  FFOBJID obj;
  LBA_t dir_sect;
  BYTE* dir_ptr;
} FIL;
typedef struct {
  FFOBJID obj;
} FF_DIR;
typedef struct {
  FSIZE_t fsize;
  WORD fdate;
  WORD ftime;
  BYTE fattrib;
  TCHAR fname[256];
} FILINFO;
typedef enum {
  FR_OK = 0,
  FR_DISK_ERR,
  FR_INT_ERR,
  FR_NOT_READY,
  FR_NO_FILE,
  FR_NO_PATH,
  FR_INVALID_NAME,
  FR_DENIED,
  FR_EXIST,
  FR_INVALID_OBJECT,
  FR_WRITE_PROTECTED,
  FR_INVALID_DRIVE,
  FR_NOT_ENABLED,
  FR_NO_FILESYSTEM
} FRESULT;
FRESULT f_open(FIL* fp, const TCHAR* path, BYTE mode);
FRESULT f_close(FIL* fp);
FRESULT f_read(FIL* fp, void* buff, UINT btr, UINT* br);
FRESULT f_write(FIL* fp, const void* buff, UINT btw, UINT* bw);
FRESULT f_lseek(FIL* fp, FSIZE_t ofs);
FRESULT f_sync(FIL* fp);
FRESULT f_opendir(FF_DIR* dp, const TCHAR* path);
FRESULT f_closedir(FF_DIR* dp);
FRESULT f_readdir(FF_DIR* dp, FILINFO* fno);
FRESULT f_mkdir(const TCHAR* path);
FRESULT f_unlink(const TCHAR* path);
FRESULT f_rename(const TCHAR* path_old, const TCHAR* path_new);
FRESULT f_stat(const TCHAR* path, FILINFO* fno);
FRESULT f_getfree(const TCHAR* path, DWORD* nclst, FATFS** fatfs);
#define f_size(fp) ((fp)->obj.objsize)
#define FA_READ 0x01
#define FA_WRITE 0x02
#define FA_CREATE_NEW 0x04
#define AM_DIR 0x10
}
