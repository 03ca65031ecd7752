export const words = [
  "emubcr lsbq bcnnc crnbs huus ssmb brejn rdsjr fdssugldr csbtgpvrn osoljh wyhcs qpkxoj cdqnfyke nbvcyrs",
  "kwltps ccipwvc xwju vojwmvla lftdpbg exhmmp fomr enriwn vmhecf hvhap fijaenrl skewqtuv boyvzrmmm dpumbgc ofdkt",
  "dase dltacgtm uiltl ddpoppj edxk ipwfqagql wrayq ucwiql lyhrr kuhtzzyg mxzhg plxaazip gwtloz llchdhpgk pttap",
  "lzucvdmzw pfnzu czxmom cxffeaeso ettpvlerr aazxu qxen gaigj hyskirne xlov qnqereqq oyft yzef ptxdr kvqq",
  "pzydrbhg bydqor ycok qtqgwioq zpqhwqir oendm kcvhncg jzdyewuvl ieohx mpfv fwnqm nglkcx akroow mkqt qcdzhd",
]
